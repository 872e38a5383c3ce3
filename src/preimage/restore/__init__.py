"""Restoration of photographs: image file to image file, array to array."""

from preimage.files.image_file import ImageFile
from preimage.restore.frame.engine import Restored
from preimage.restore.frame.record import Record
from preimage.restore.methods.dip.method import Dip
from preimage.restore.repeat import repeat
from preimage.restore.tasks.deblock import deblock
from preimage.restore.tasks.deblur import deblur
from preimage.restore.tasks.demosaic import demosaic
from preimage.restore.tasks.denoise import denoise
from preimage.restore.tasks.flash import flash
from preimage.restore.tasks.inpaint import inpaint
from preimage.restore.tasks.kernel import read_kernel
from preimage.restore.tasks.superresolve import superresolve

__all__ = [
    "Dip",
    "ImageFile",
    "Record",
    "Restored",
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
