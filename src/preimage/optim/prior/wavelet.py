"""Sparsity of the wavelet details."""

from torch import Tensor

from preimage._shapes import per_image
from preimage.functional import Proximable
from preimage.transform import Wavelet, soft_threshold

__all__ = ["WaveletPrior"]


class WaveletPrior(Proximable):
    r"""``g(x) = weight * ||details of W x||_1`` with an orthonormal wavelet transform ``W`` of each channel.

    The coarsest approximation is not penalised. The prox, the soft threshold of the details, is exact for every image
    size (:class:`preimage.transform.Wavelet` says how odd sizes are handled).

    Args:
        weight: > 0, a float or (B,).
        wavelet: an orthogonal wavelet of PyWavelets.
        level: how many times the low-pass part is split, >= 1.

    Shapes: (B, C, H, W) or (B, C, D, H, W), real or complex.

    Raises:
        ArgumentError: no such orthogonal wavelet or level.
        MissingDependency: PyWavelets is not installed.
    """

    def __init__(self, weight: float | Tensor = 1.0, wavelet: str = "db4", level: int = 3) -> None:
        super().__init__()
        self.weight = weight
        self.wavelet = wavelet
        self.level = level
        Wavelet(wavelet, level)  # says at once what cannot work

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        transform = Wavelet(self.wavelet, self.level, x.ndim - 2)
        size = transform.analysis(x).abs()
        transform.approximation(size).zero_()
        return (per_image(self.weight, x) * size).flatten(1).sum(1)

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The soft threshold of the details at ``step * weight``."""
        transform = Wavelet(self.wavelet, self.level, x.ndim - 2)
        coefficients = transform.analysis(x)
        result = soft_threshold(coefficients, per_image(self.weight, x) * per_image(step, x))
        transform.approximation(result).copy_(transform.approximation(coefficients))
        return transform.synthesis(result)
