"""The network that finds the noise level of a picture: its recipe, and the pictures it learns from."""
