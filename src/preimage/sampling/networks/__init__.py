"""Published networks of diffusion models: images and times to what is predicted."""

from preimage.sampling.networks.diff_unet import DiffUNet

__all__ = ["DiffUNet"]
