"""What codecs leave of pictures."""

from preimage.physics.codec.jpeg import JPEG

__all__ = ["JPEG"]
