"""The gradient of the logarithm of the density of noisy images, learned, and the denoiser that it makes."""

from torch import Tensor, nn

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage._tree import Measurement, squared_modulus
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.loss.base import Loss
from preimage.loss.inputs import LossInputs
from preimage.loss.ramp import Ramp
from preimage.loss.splitting.masking import require_denoising
from preimage.physics import Physics
from preimage.physics.noise import Noise
from preimage.physics.noise.base import draw_normal, require_real
from preimage.reconstructor import Reconstructor

__all__ = ["ScoreLoss", "ScoreModel"]


class ScoreModel(Reconstructor):
    r"""The posterior mean that follows from the score ``s(y)``, the gradient of ``log p(y)`` over noisy images ``y``.

    Tweedie's formula for each law of noise:

    * white Gaussian: ``y + sigma^2 s(y)``, the posterior mean;
    * Poisson: ``(y + gain / 2) exp(gain s(y)) - background``, the posterior mean up to about half a photon;
    * Gamma speckle: ``looks y / (looks - 1 - y s(y))``, the harmonic mean ``1 / E[1 / x | y]``; it needs more than one
      look.

    ``p`` is the density of the noisy images of the training, so the noise must be theirs.

    Args:
        network: the score, a network that maps ``y`` to what is like ``y``; :class:`ScoreLoss` trains it.
        noise: the noise of ``y``; ``None`` takes that of the physics.

    Source: Kim, Ye, "Noise2Score: Tweedie's approach to self-supervised image denoising without clean images", NeurIPS
    2021; Robbins, "An empirical Bayes approach to statistics", 1956.
    """

    def __init__(self, network: nn.Module, noise: Noise | None = None) -> None:
        super().__init__()
        self.network = network
        self.noise = noise

    def score(self, y: Tensor) -> Tensor:
        """The gradient of ``log p(y)`` at each noisy image."""
        return self.network(y)

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The estimate of each image.

        Raises:
            CapabilityError: the physics is not Denoising, or the noise none of these.
            ShapeError: ``y`` is complex.
        """
        require_denoising(physics, y, type(self).__name__)
        require_real(y, "noisy images")
        return posterior_mean(y, self.score(y), self.noise or physics.noise)


def posterior_mean(y: Tensor, score: Tensor, noise: Noise) -> Tensor:
    """Tweedie's formula of the law of ``noise``, as :class:`ScoreModel` tells them.

    Raises:
        CapabilityError: there is none for this noise.
    """
    if noise.gaussian_sigma is not None:
        return y + per_image(noise.gaussian_sigma, y).square() * score
    law, looks = noise.counts, noise.speckle_looks
    if law is not None:
        gain = per_image(law.gain, y)
        return (y + gain / 2) * (gain * score).exp() - per_image(law.background, y)
    if looks is not None:
        return per_image(looks, y) * y / (per_image(looks, y) - 1 - y * score)
    raise CapabilityError(
        f"`noise` must be Gaussian, Poisson or Gamma noise for Tweedie's formula, got {type(noise).__name__}; take "
        "another loss."
    )


class ScoreLoss(Loss):
    r"""``||u + t s(y + t u)||^2 / m`` with standard normal ``u``: the score ``s`` of noisy images, by denoising.

    Its minimiser is the score of the density of ``y + t u``, which is that of ``y`` where ``t`` is small. A small ``t``
    gives gradients of little weight, so training starts with a larger one. ``t`` is normal with the standard deviation
    ``level``, one for each image. No law of the noise is used: :class:`ScoreModel`, which has to be the model, knows
    it at test time. The loss is near one and tells little of the quality of the images. ``m`` is the number of pixels.

    A score that is learned on images of one noise gives wrong means for another one.

    Args:
        level: standard deviation of ``t`` in units of ``y``, > 0, or a :class:`Ramp`; in the publication it falls from
            0.1 to 0.001.

    Raises:
        ArgumentError: the level is not above zero.

    Source: Kim, Ye, "Noise2Score", NeurIPS 2021; Lim et al., "AR-DAE: towards unbiased neural entropy gradient
    estimation", ICML 2020.
    """

    needs_estimate = False

    def __init__(self, level: float | Ramp = 0.01) -> None:
        super().__init__()
        for end in (level.first, level.last) if isinstance(level, Ramp) else (level,):
            check_level("level", end, "a tenth of the noise is small enough")
        self.level = level

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The loss of each image, (B,).

        Raises:
            ArgumentError: the model is no :class:`ScoreModel`.
            ShapeError: the measurement is a tuple, or complex.
        """
        y, model = inputs.y, inputs.model
        if not isinstance(model, ScoreModel):
            raise ArgumentError(f"`model` must be a ScoreModel, got {type(model).__name__}; wrap the network in one.")
        if not isinstance(y, Tensor):
            raise ShapeError("`y` must be one tensor for ScoreLoss, got a tuple; take one sensor of the stack.")
        require_real(y, "noisy images")
        level = self.level.at(0) if isinstance(self.level, Ramp) else self.level
        t = level * draw_normal(y.flatten(1)[:, :1], inputs.rng).reshape(-1, *(1,) * (y.ndim - 1))
        u = draw_normal(y, inputs.rng)
        return squared_modulus(u + t * model.score(y + t * u)).flatten(1).mean(1)

    def at(self, step: int) -> "ScoreLoss":
        """The loss with the level of this step."""
        return ScoreLoss(self.level.at(step)) if isinstance(self.level, Ramp) else self
