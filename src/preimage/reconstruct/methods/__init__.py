"""How an image is found: one file for each kind of method."""
