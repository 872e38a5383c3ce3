"""Training data: samples and batches of them, folders of images and crops of them, random phantoms, simulations."""

from preimage.datasets.cached import Cached
from preimage.datasets.crops import crop_batch
from preimage.datasets.dataset import Concatenation, Dataset
from preimage.datasets.ellipses import ellipse_batch
from preimage.datasets.folder import load_images
from preimage.datasets.hdf5 import HDF5Dataset, generate_dataset
from preimage.datasets.image_folder import ImageFolder
from preimage.datasets.named import (
    NAMED_SETS,
    SKMTEA,
    DICOMSlices,
    DICOMVolumes,
    FastMRI,
    Kohler,
    NamedSet,
    NBUPansharpening,
    open_set,
)
from preimage.datasets.patches import GridPatchDataset, PatchDataset
from preimage.datasets.phantoms import RandomEllipses
from preimage.datasets.sample import Batch, Sample, collate
from preimage.datasets.simulated import Simulated
from preimage.datasets.subsets import Subset, split_dataset
from preimage.datasets.tensors import TensorDataset
from preimage.datasets.volume_folder import VolumeFolder

__all__ = [
    "NAMED_SETS",
    "SKMTEA",
    "Batch",
    "Cached",
    "Concatenation",
    "DICOMSlices",
    "DICOMVolumes",
    "Dataset",
    "FastMRI",
    "GridPatchDataset",
    "HDF5Dataset",
    "ImageFolder",
    "Kohler",
    "NBUPansharpening",
    "NamedSet",
    "PatchDataset",
    "RandomEllipses",
    "Sample",
    "Simulated",
    "Subset",
    "TensorDataset",
    "VolumeFolder",
    "collate",
    "crop_batch",
    "ellipse_batch",
    "generate_dataset",
    "load_images",
    "open_set",
    "split_dataset",
]
