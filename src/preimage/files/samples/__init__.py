"""Samples of a file as arrays: their scale, transparency, palettes, and which of them were seen."""
