"""Networks trained on by measurements in files, with records."""
