"""Networks that draw images from few numbers, and images of theirs that explain a measurement."""

from preimage.models.generative.csgm import CSGM, LatentSearch
from preimage.models.generative.dcgan import DCGANGenerator

__all__ = ["CSGM", "DCGANGenerator", "LatentSearch"]
