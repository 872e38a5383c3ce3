"""Parts shared by the denoising networks."""

from preimage.denoisers.blocks.chain import conv_chain
from preimage.denoisers.blocks.layout import channels_last, channels_last_
from preimage.denoisers.blocks.residual import ResidualBlock

__all__ = ["ResidualBlock", "channels_last", "channels_last_", "conv_chain"]
