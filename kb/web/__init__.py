"""A knowledge base in the browser: aligned passages, concepts, judgements. See `kb serve`."""
