"""Training data: folders of images and crops of them, and random phantoms."""

from preimage.datasets.crops import crop_batch
from preimage.datasets.ellipses import ellipse_batch
from preimage.datasets.folder import load_images

__all__ = ["crop_batch", "ellipse_batch", "load_images"]
