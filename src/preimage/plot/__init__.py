"""Figures in one style: images, kernels, sinograms, k-space, spectra, histories, error maps; and bars of progress."""

from preimage.plot.curves import draw_curves, draw_history, draw_spectrum
from preimage.plot.measurements import draw_kernel, draw_kspace, draw_sinogram
from preimage.plot.noise import draw_noise
from preimage.plot.panels import Plate, draw_panels
from preimage.plot.pictures import draw_error, draw_images
from preimage.plot.progress import ProgressBar

__all__ = [
    "Plate",
    "ProgressBar",
    "draw_curves",
    "draw_error",
    "draw_history",
    "draw_images",
    "draw_kernel",
    "draw_kspace",
    "draw_noise",
    "draw_panels",
    "draw_sinogram",
    "draw_spectrum",
]
