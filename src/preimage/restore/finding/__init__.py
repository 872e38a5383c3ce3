"""Restoration of pictures whose history is not known: what is found in them, and what is done about it."""
