"""Training data: folders of images and crops of them."""

from preimage.datasets.crops import crop_batch
from preimage.datasets.folder import load_images

__all__ = ["crop_batch", "load_images"]
