"""preimage: recover images from measurements."""
