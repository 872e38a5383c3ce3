"""Losses of two networks, one that makes images and one that tells them from true ones."""

from preimage.loss.adversarial.criterion import (
    AdversarialCriterion,
    CrossEntropyGAN,
    HingeGAN,
    LeastSquaresGAN,
    WassersteinGAN,
)
from preimage.loss.adversarial.dcgan_discriminator import DCGANDiscriminator
from preimage.loss.adversarial.discriminator import PatchDiscriminator
from preimage.loss.adversarial.supervised import SupAdversarialDiscriminatorLoss, SupAdversarialGeneratorLoss
from preimage.loss.adversarial.unet_discriminator import UNetDiscriminator
from preimage.loss.adversarial.unsupervised import (
    UAIRGeneratorLoss,
    UnsupAdversarialDiscriminatorLoss,
    UnsupAdversarialGeneratorLoss,
)

__all__ = [
    "AdversarialCriterion",
    "CrossEntropyGAN",
    "DCGANDiscriminator",
    "HingeGAN",
    "LeastSquaresGAN",
    "PatchDiscriminator",
    "SupAdversarialDiscriminatorLoss",
    "SupAdversarialGeneratorLoss",
    "UAIRGeneratorLoss",
    "UNetDiscriminator",
    "UnsupAdversarialDiscriminatorLoss",
    "UnsupAdversarialGeneratorLoss",
    "WassersteinGAN",
]
