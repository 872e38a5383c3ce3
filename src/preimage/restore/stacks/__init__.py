"""Restoration of stacks and volumes, plane by plane, in the units of their values."""
