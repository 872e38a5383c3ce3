"""Filters of neighbouring pixels, and means of examples, without training."""

from preimage.denoisers.filters.bilateral import BilateralFilter
from preimage.denoisers.filters.examples import ExampleDenoiser
from preimage.denoisers.filters.median import MedianFilter
from preimage.denoisers.filters.non_local_means import NonLocalMeans

__all__ = ["BilateralFilter", "ExampleDenoiser", "MedianFilter", "NonLocalMeans"]
