"""What is unknown of a picture, found from the picture alone: its noise, and the traces of what was done to it."""

from preimage.blind.jpeg import JPEGTraces, find_jpeg

__all__ = ["JPEGTraces", "find_jpeg"]
