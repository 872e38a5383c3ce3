"""Measurements of stacks and volumes, plane by plane or volume by volume, in the units of their values."""
