"""Random sampling patterns of k-space."""
