"""Several samples of one measurement that spread as the posterior does."""

import math

from torch import Tensor

from preimage.errors import ShapeError

__all__ = ["posterior_regularisation"]


def posterior_regularisation(samples: Tensor, x: Tensor, weight: float | None = None) -> Tensor:
    r"""``mean |x - m| - weight * spread``, (B,): the mean ``m`` of ``P`` samples is right, and they do not collapse.

    ``spread = sqrt(pi / (2 P (P - 1))) sum_i mean |x_i - m|`` is the standard deviation of Gaussian samples. With the
    default weight ``sqrt(2 / (pi P (P + 1)))``, where ``x`` given the measurement is Gaussian, the minimum over
    independent Gaussian samples is reached where they have the mean and the variance of ``x`` itself: of samples of
    deviation ``s`` the first term is ``sqrt(2 / pi) sqrt(v + s^2 / P)``, ``v`` the variance of ``x``, and its slope at
    ``s^2 = v`` is the weight. Errors of squares would make all samples the mean.

    Args:
        samples: ``P`` >= 2 samples of each image, (B, P, C, H, W).
        x: the true images, (B, C, H, W).
        weight: that of the spread; by default as said.

    Raises:
        ShapeError: the shapes do not fit, or there are fewer than two samples.

    Source: Bendel, Ahmad, Schniter, "A regularized conditional GAN for posterior sampling in image recovery problems",
    NeurIPS 2023, equations 6 to 8 and proposition 3.1.
    """
    count = samples.shape[1] if samples.ndim == x.ndim + 1 else 0
    if count < 2 or samples.shape[2:] != x.shape[1:] or len(samples) != len(x):
        raise ShapeError(
            f"`samples` must be (B, P, ...) with P >= 2 of images like `x` {tuple(x.shape)}, got "
            f"{tuple(samples.shape)}; stack them along dimension 1."
        )
    mean = samples.mean(1)
    spread = math.sqrt(math.pi / (2 * count * (count - 1))) * (samples - mean[:, None]).abs().sum(1).flatten(1).mean(1)
    strength = math.sqrt(2 / (math.pi * count * (count + 1))) if weight is None else weight
    return (x - mean).abs().flatten(1).mean(1) - strength * spread
