"""Published sets of images and raw data, opened from the user's copy: nothing is downloaded."""

from preimage.datasets.named.dicom import DICOMSlices, DICOMVolumes
from preimage.datasets.named.fastmri import FastMRI
from preimage.datasets.named.kohler import Kohler
from preimage.datasets.named.nbu import NBUPansharpening
from preimage.datasets.named.skm_tea import SKMTEA
from preimage.datasets.named.table import NAMED_SETS, NamedSet, open_set

__all__ = [
    "NAMED_SETS",
    "SKMTEA",
    "DICOMSlices",
    "DICOMVolumes",
    "FastMRI",
    "Kohler",
    "NBUPansharpening",
    "NamedSet",
    "open_set",
]
