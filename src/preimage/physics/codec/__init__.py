"""What codecs leave of pictures, and cameras of scenes."""

from preimage.physics.codec.jpeg import JPEG

__all__ = ["JPEG"]
