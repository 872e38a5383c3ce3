"""Parts shared by the denoising networks."""

from preimage.denoisers.blocks.residual import ResidualBlock

__all__ = ["ResidualBlock"]
