"""The commands that train networks, and what they show."""
