"""The public checks on objects of the user's own."""
