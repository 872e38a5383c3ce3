"""The denoiser of images that are like one of some examples."""

import torch
from torch import Tensor

from preimage._ranges import check_level
from preimage._shapes import per_image
from preimage.denoisers.base import Denoiser
from preimage.errors import ShapeError

__all__ = ["ExampleDenoiser"]


class ExampleDenoiser(Denoiser):
    r"""``E[x0 | x]`` for ``x0 ~ mean_j N(e_j, spread^2)``: one of the examples ``e_j``, each as likely, or near one.

    The mean of the examples by how well each explains the image, ``w_j ~ exp(-||x - e_j||^2 / (2 (spread^2 +
    sigma^2)))``, and a step of ``spread^2 / (spread^2 + sigma^2)`` from there to the image. With ``spread = 0`` it is a
    mean of examples: of kernels that are not negative and sum to one it is again such a kernel. Draw many from a
    generator, such as those of :mod:`preimage.physics.generators`, and it knows what the generator knows.

    Args:
        examples: (N, C, H, W).
        spread: >= 0.

    Shapes: ``x`` (B, C, H, W) as large as the examples.

    Raises:
        ArgumentError: ``spread`` is out of its range.
        ShapeError: there are no examples, or (in a call) images are of another shape.

    Source: Tweedie's formula; of mixtures of equal parts: Nadaraya, Theory of Probability and its Applications 9, 1964.
    """

    def __init__(self, examples: Tensor, spread: float = 0.0) -> None:
        super().__init__()
        check_level("spread", spread, "0 takes the examples as they are", zero=True)
        if examples.ndim < 2 or not len(examples):
            raise ShapeError(f"`examples` must be (N, C, H, W) with N >= 1, got {tuple(examples.shape)}; stack them.")
        self.examples = examples
        self.spread = spread

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The mean of the examples, each as likely as it is given ``x``."""
        if x.shape[1:] != self.examples.shape[1:]:
            raise ShapeError(
                f"`x` must be (B, {', '.join(map(str, self.examples.shape[1:]))}) as the examples, got "
                f"{tuple(x.shape)}; pad it."
            )
        variance = per_image(sigma, x).square() + self.spread**2
        flat, known = x.flatten(1), self.examples.flatten(1).to(x)
        tiny = torch.finfo(x.dtype).tiny
        fit = flat @ known.mT - known.square().sum(1) / 2  # but for what is the same for all
        weights = ((fit - fit.amax(1, keepdim=True)) / variance.flatten(1).clamp_min(tiny)).softmax(1)
        mean = (weights @ known).reshape(x.shape)
        return mean + self.spread**2 / variance.clamp_min(tiny) * (x - mean)
