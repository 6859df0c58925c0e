"""Texts to vectors."""

from kb.embed.base import BUNDLED, Embedder, Vectors, dequantise, load, quantise, unit

__all__ = ["BUNDLED", "Embedder", "Vectors", "dequantise", "load", "quantise", "unit"]
