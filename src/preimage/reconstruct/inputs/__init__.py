"""Arrays of numbers in files of several formats, checked before anything is computed."""
