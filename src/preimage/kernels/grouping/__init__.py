"""Similar blocks of an image, found and filtered together."""
