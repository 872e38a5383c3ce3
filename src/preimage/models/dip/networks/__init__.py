"""Networks that draw an image from a fixed input."""

from preimage.models.dip.networks.conv_decoder import ConvDecoder
from preimage.models.dip.networks.deep_decoder import DeepDecoder
from preimage.models.dip.networks.generator import Generator
from preimage.models.dip.networks.resnet import ResNet
from preimage.models.dip.networks.skipnet import SkipNet, SkipScale, scales
from preimage.models.dip.networks.unet import UNetGenerator

__all__ = ["ConvDecoder", "DeepDecoder", "Generator", "ResNet", "SkipNet", "SkipScale", "UNetGenerator", "scales"]
