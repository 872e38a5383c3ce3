"""The publications behind the methods, as BibTeX, from the sources that docstrings name."""
