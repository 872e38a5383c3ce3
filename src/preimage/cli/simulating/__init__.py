"""Measurements of picture files, with records."""
