"""What was done to a picture: one file for each task."""
