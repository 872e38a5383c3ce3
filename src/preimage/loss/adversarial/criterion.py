"""What a discriminator and a generator want of the scores of images."""

from torch import Tensor
from torch.nn import functional as F

from preimage._module import Module

__all__ = ["AdversarialCriterion", "CrossEntropyGAN", "HingeGAN", "LeastSquaresGAN", "WassersteinGAN", "image_mean"]


class AdversarialCriterion(Module):
    """How scores ``s`` of a discriminator are judged, number by number.

    The discriminator minimises ``real(s)`` on true images and ``fake(s)`` on others, the generator ``deceive(s)`` on
    its own.
    """

    def real(self, scores: Tensor) -> Tensor:
        """The penalty of the discriminator for the scores of true images."""
        raise NotImplementedError

    def fake(self, scores: Tensor) -> Tensor:
        """The penalty of the discriminator for the scores of other images."""
        raise NotImplementedError

    def deceive(self, scores: Tensor) -> Tensor:
        """The penalty of the generator for the scores of its images: that of true ones by default."""
        return self.real(scores)


class LeastSquaresGAN(AdversarialCriterion):
    """``(s - 1)^2`` for true images, ``s^2`` for others: the best score is ``p / (p + q)`` of their densities.

    Source: Mao et al., "Least squares generative adversarial networks", ICCV 2017.
    """

    def real(self, scores: Tensor) -> Tensor:
        """``(s - 1)^2`` of each score."""
        return (scores - 1).square()

    def fake(self, scores: Tensor) -> Tensor:
        """``s^2`` of each score."""
        return scores.square()


class CrossEntropyGAN(AdversarialCriterion):
    """``log(1 + e^-s)`` for true images, ``log(1 + e^s)`` for others: the best score is ``log(p / q)``.

    The generator minimises ``log(1 + e^-s)``, which does not saturate.

    Source: Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.
    """

    def real(self, scores: Tensor) -> Tensor:
        """``log(1 + e^-s)`` of each score."""
        return F.softplus(-scores)

    def fake(self, scores: Tensor) -> Tensor:
        """``log(1 + e^s)`` of each score."""
        return F.softplus(scores)


class WassersteinGAN(AdversarialCriterion):
    """``-s`` for true images, ``s`` for others; it needs a discriminator that is held to slopes of one.

    The discriminator's losses do so by their ``gradient_penalty``, 10 in the publication.

    Source: Gulrajani et al., "Improved training of Wasserstein GANs", NeurIPS 2017.
    """

    def real(self, scores: Tensor) -> Tensor:
        """``-s`` of each score."""
        return -scores

    def fake(self, scores: Tensor) -> Tensor:
        """The scores as they are."""
        return scores


class HingeGAN(AdversarialCriterion):
    """``max(0, 1 - s)`` for true images, ``max(0, 1 + s)`` for others, ``-s`` for the generator.

    Source: Lim and Ye, "Geometric GAN", arXiv 1705.02894.
    """

    def real(self, scores: Tensor) -> Tensor:
        """``max(0, 1 - s)`` of each score."""
        return F.relu(1 - scores)

    def fake(self, scores: Tensor) -> Tensor:
        """``max(0, 1 + s)`` of each score."""
        return F.relu(1 + scores)

    def deceive(self, scores: Tensor) -> Tensor:
        """``-s`` of each score."""
        return -scores


def image_mean(values: Tensor) -> Tensor:
    """The mean over all scores of each image, (B,)."""
    return values.flatten(1).mean(1) if values.ndim > 1 else values
