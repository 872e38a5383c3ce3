"""Published denoising networks, with the layer names of their checkpoints."""

from preimage.denoisers.networks.autoencoder import AutoEncoder
from preimage.denoisers.networks.drunet3d import DRUNet3D
from preimage.denoisers.networks.nafnet import NAFNet
from preimage.denoisers.networks.ncsnpp import NCSNpp
from preimage.denoisers.networks.restormer import Restormer
from preimage.denoisers.networks.scunet import SCUNet
from preimage.denoisers.networks.swinir import SwinIR
from preimage.denoisers.networks.unet import UNet

__all__ = ["AutoEncoder", "DRUNet3D", "NAFNet", "NCSNpp", "Restormer", "SCUNet", "SwinIR", "UNet"]
