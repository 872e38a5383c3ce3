"""What every reconstruction has in common: settings, what was measured, the way to an image, the record."""
