"""Training data: samples and batches of them, folders of images and crops of them, and random phantoms."""

from preimage.datasets.crops import crop_batch
from preimage.datasets.dataset import Dataset
from preimage.datasets.ellipses import ellipse_batch
from preimage.datasets.folder import load_images
from preimage.datasets.sample import Batch, Sample, collate
from preimage.datasets.tensors import TensorDataset

__all__ = [
    "Batch",
    "Dataset",
    "Sample",
    "TensorDataset",
    "collate",
    "crop_batch",
    "ellipse_batch",
    "load_images",
]
