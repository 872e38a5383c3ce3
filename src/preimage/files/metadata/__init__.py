"""What a file carries beside its samples, as the bytes it is."""
