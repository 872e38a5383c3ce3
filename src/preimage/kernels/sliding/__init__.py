"""Kernels that slide over images."""
