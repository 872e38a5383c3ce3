"""Paths through k-space, in cycles per pixel."""
