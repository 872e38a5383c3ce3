"""Microscopy: images and stacks of a known point spread function, deconvolved."""
