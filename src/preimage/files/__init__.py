"""Pictures on disk: read with everything that surrounds them, written whole or not at all."""

from preimage.files.image_file import ImageFile

__all__ = ["ImageFile"]
