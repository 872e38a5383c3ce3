"""The formats of files: one file for each."""
