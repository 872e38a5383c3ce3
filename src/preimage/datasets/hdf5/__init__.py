"""Datasets in HDF5 files: written so that a killed run goes on, and read sample by sample."""

from preimage.datasets.hdf5.generate import generate_dataset
from preimage.datasets.hdf5.hdf5_dataset import HDF5Dataset

__all__ = ["HDF5Dataset", "generate_dataset"]
