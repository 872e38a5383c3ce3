"""Magnetic resonance imaging: k-space of one coil or several, to images and volumes."""
