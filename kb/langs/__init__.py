"""Everything that one language decides."""
