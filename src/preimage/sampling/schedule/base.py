"""What every schedule of noise levels is."""

from dataclasses import dataclass

from torch import Tensor

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.sampling.chains import Chains

__all__ = ["NoiseSchedule"]


@dataclass(frozen=True)
class NoiseSchedule:
    """The noise levels through which a sampler goes, and where it starts.

    All samplers of this package work with ``x = x0 + sigma n``: noise ``n`` of variance one is added, and that is all
    ("variance exploding"). A process that shrinks the image as well, ``a x0 + b n``, is the same divided by ``a``, at
    ``sigma = b / a``: it differs in its levels, not in its samplers. Of complex images
    the real and the imaginary part have noise of the level each, as in all noise of this package.

    Args:
        steps: how often a first-order sampler calls the denoiser, >= 1.
        mean: the mean of the images: a number, one per image, or a tensor that broadcasts with them.
        spread: the standard deviation of their pixels, likewise, >= 0; the defaults suit photographs in [0, 1].

    Raises:
        ArgumentError: a number is out of its range.
    """

    steps: int = 100
    mean: float | Tensor = 0.5
    spread: float | Tensor = 0.3

    def __post_init__(self) -> None:
        check_count("steps", self.steps, "each is one level")
        check_level("spread", self.spread, "it is a standard deviation", zero=True)

    def sigmas(self) -> Tensor:
        """``steps + 1`` levels in image units, float64: falling, the last one zero."""
        raise NotImplementedError

    def start(self, like: Tensor, chains: Chains) -> Tensor:
        """Images with noise of the first level ``sigma``, drawn from ``N(mean, spread^2 + sigma^2)``.

        This is the law of ``x0 + sigma n`` but for the shape of the law of ``x0``, which the noise covers where
        ``sigma`` is much larger than ``spread``. A start from ``N(0, sigma^2)``, as is common, has the mean of
        all images wrong.

        Args:
            like: images of the shape and type wanted, (B, ...).
            chains: the random numbers of each sample.
        """
        variance = per_image(float(self.sigmas()[0]), like).square() + per_image(self.spread, like).square()
        return per_image(self.mean, like) + variance.sqrt() * chains.normal(like)
