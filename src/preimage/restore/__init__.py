"""Restoration of photographs: image file to image file, array to array."""

from preimage.files.image_file import ImageFile
from preimage.restore.deblock import deblock
from preimage.restore.deblur import deblur
from preimage.restore.demosaic import demosaic
from preimage.restore.denoise import denoise
from preimage.restore.dip.method import Dip
from preimage.restore.engine import Restored
from preimage.restore.flash import flash
from preimage.restore.inpaint import inpaint
from preimage.restore.kernel import read_kernel
from preimage.restore.record import Record
from preimage.restore.repeat import repeat
from preimage.restore.superresolve import superresolve
from preimage.restore.tiling import TiledDenoiser

__all__ = [
    "Dip",
    "ImageFile",
    "Record",
    "Restored",
    "TiledDenoiser",
    "deblock",
    "deblur",
    "demosaic",
    "denoise",
    "flash",
    "inpaint",
    "read_kernel",
    "repeat",
    "superresolve",
]
