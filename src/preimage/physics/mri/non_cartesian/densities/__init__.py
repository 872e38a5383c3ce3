"""Density compensation: the area of k-space that each sample stands for."""
