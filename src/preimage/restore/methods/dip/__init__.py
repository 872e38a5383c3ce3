"""Restoration by networks fitted to the picture itself."""
