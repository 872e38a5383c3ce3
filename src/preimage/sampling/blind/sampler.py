"""Two diffusions, of an image and of a parameter of its physics, that explain one measurement together."""

import dataclasses
from dataclasses import dataclass

import torch
from torch import Tensor

from preimage._module import Module
from preimage._ranges import check_level
from preimage._tree import Measurement, leaves
from preimage.denoisers import Denoiser
from preimage.errors import CapabilityError
from preimage.optim.variational import back_projection
from preimage.physics import Physics
from preimage.physics.operator.parameter import parameter_of_each, with_parameter
from preimage.sampling.blind.joint import JointDenoiser, JointLayout, JointPhysics
from preimage.sampling.diffusion import DiffusionSampler
from preimage.sampling.posterior import Posterior
from preimage.sampling.posterior_sampler import PosteriorSampler

__all__ = ["BlindSampler", "JointPosterior", "ParameterPrior"]


class ParameterPrior(Module):
    """What is known of a parameter before anything is measured.

    Args:
        denoiser: the mean of the parameter given a noisy one, of images (B, 1, H, W) where it is a kernel and
            (B, 1, 1, 1) where it is a number: a network, or in closed form. :class:`preimage.denoisers.ExampleDenoiser`
            takes kernels that a generator has drawn.
        mean: the mean of the parameter, like one of it or a number; the chain starts around it.
        spread: its standard deviation, likewise, >= 0.
        unit: > 0; the chain of the parameter has noise ``unit * sigma`` where that of the image has ``sigma``.

    Raises:
        ArgumentError: a number is out of its range.
    """

    def __init__(
        self, denoiser: Denoiser, mean: float | Tensor, spread: float | Tensor = 0.0, unit: float = 1.0
    ) -> None:
        super().__init__()
        check_level("spread", spread, "it is a standard deviation", zero=True)
        check_level("unit", unit, "1 gives parameter and image the same noise")
        self.denoiser = denoiser
        self.mean = mean
        self.spread = spread
        self.unit = unit


@dataclass(frozen=True)
class JointPosterior:
    """Samples of images and of the parameters that they go with.

    Attributes:
        image: samples (B, S, C, H, W).
        parameter: samples (B, S, ...), sample by sample those of the images.
    """

    image: Posterior
    parameter: Posterior


class BlindSampler(PosteriorSampler):
    r"""Draws images *and* a parameter of the physics, such as the kernel of a blur: blind deconvolution with spread.

    Image and parameter, which are independent beforehand, diffuse side by side: ``z = (x, theta / unit)``, each with a
    denoiser of its own. Guidance sees them as one image of the physics ``z -> A_theta(x)``, so that the gradient of one
    residual moves both, and any sampler and schedule do as for a known physics. :class:`preimage.sampling.DPS` is the
    guidance meant, since it needs derivatives only: the physics is not linear in ``z``. What it leaves out it leaves
    out here, too: the samples are near the posterior, not of it.

    What image and parameter have in common (a scale, a shift) has to be settled by their priors, as everywhere in
    blind problems.

    Args:
        image: how images are sampled where the physics is known: denoiser, guidance, sampler, schedule, number of
            samples, seed.
        name: the name of the parameter: a field of the physics, or of one of its parts, that holds a number or a
            tensor with the leading dimension 1 or B. Its value gives the shape, and the back-projection.
        parameter: what is known of it.

    Source: Chung, Kim, Kim, Ye, "Parallel diffusion models of operator and image for blind inverse problems", CVPR
    2023, algorithm 1; the weight is that of :class:`preimage.sampling.DPS` and no longer tuned for both.
    """

    def __init__(self, image: DiffusionSampler, name: str, parameter: ParameterPrior) -> None:
        super().__init__()
        self.image = image
        self.name = name
        self.parameter = parameter

    def sample(self, y: Measurement, physics: Physics) -> Posterior:
        """Samples of the images behind ``y``.

        Raises:
            ArgumentError: the physics has no such parameter.
            CapabilityError: the physics is not linear in the image, image or parameter are complex, or the guidance
                cannot use a physics that is not linear.
        """
        return self.sample_both(y, physics).image

    @torch.no_grad()
    def sample_both(self, y: Measurement, physics: Physics) -> JointPosterior:
        """Samples of images and parameters.

        Raises:
            ArgumentError: the physics has no such parameter.
            CapabilityError: as for :meth:`sample`.
        """
        batch = len(leaves(y)[0])
        theta = parameter_of_each(physics, self.name, leaves(y)[0], batch)
        like, chain = back_projection(y, with_parameter(physics, self.name, theta)), self.image
        if like.is_complex() or theta.is_complex():
            raise CapabilityError(
                f"`physics` must have real images and a real parameter, got {like.dtype} and {theta.dtype}; "
                "take Alternating."
            )
        layout = JointLayout(like.shape[1:], theta.shape[1:], self.parameter.unit)
        levels, prior = chain.schedule, self.parameter
        mean, spread = layout.join(levels.mean, prior.mean, like), layout.join(levels.spread, prior.spread, like)
        both = chain.replace(
            denoiser=JointDenoiser(chain.denoiser, prior.denoiser, layout),
            schedule=dataclasses.replace(levels, mean=mean, spread=spread),
        )
        joint = JointPhysics(physics, self.name, layout)
        x, theta = layout.split(both.sample(y, joint, like=layout.join(like, theta, like)).samples)
        return JointPosterior(Posterior(x), Posterior(theta))
