"""The modulus of a signal with Gaussian noise in both of its parts."""

import torch
from torch import Tensor

from preimage._ranges import check_number, holds_everywhere
from preimage._seen import keep_seen
from preimage._shapes import per_image
from preimage._tree import Measurement, leaves, sum_leaves, tree_map
from preimage.errors import ArgumentError
from preimage.physics.noise.base import Noise, draw_normal, require_real

__all__ = ["RicianNoise"]


class RicianNoise(Noise):
    r"""``y = |z + sigma (n_1 + i n_2)|`` with standard normal numbers: magnitude images of magnetic resonance.

    ``nll = sum (y - |z|)^2 / (2 sigma^2) - log(y / sigma^2) - log(exp(-t) I_0(t))`` with ``t = y |z| / sigma^2``. The
    mean of ``y^2`` is ``z^2 + 2 sigma^2``: dark parts are brightened, as least squares does not know.

    Args:
        sigma: standard deviation of each part in image units, a float > 0 or (B,).

    Shapes: any real ``z``; ``y`` is like it, >= 0.

    Raises:
        ArgumentError: the level is not a finite number above zero, in any entry.

    Source: Gudbjartsson and Patz, "The Rician distribution of noisy MRI data", Magnetic Resonance in Medicine 1995.
    """

    def __init__(self, sigma: float | Tensor = 0.1) -> None:
        super().__init__()
        check_number("sigma", sigma, "use NoNoise for no noise")
        self.sigma = sigma

    def _sample(self, z: Tensor, rng: torch.Generator | None) -> Tensor:
        require_real(z, "magnitudes")
        sigma = per_image(self.sigma, z)
        return torch.hypot(z + sigma * draw_normal(z, rng), sigma * draw_normal(z, rng))

    def nll(self, z: Measurement, y: Measurement) -> Tensor:
        """``-log p(y | z)``, (B,). An entry of zero, which is never drawn, counts without ``log y``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            sigma = per_image(self.sigma, a)
            size = a.abs()
            bessel = torch.special.i0e(b / sigma * (size / sigma)).log()
            value = ((b - size) / sigma).square() / 2 - bessel - torch.where(b == 0, 1, b).log()
            return value + 2 * sigma.log()

        return sum_leaves(one, z, y)

    def grad(self, z: Measurement, y: Measurement) -> Measurement:
        """``(z - y I_1(t) / I_0(t)) / sigma^2`` with ``t = y z / sigma^2``."""

        def one(a: Tensor, b: Tensor) -> Tensor:
            sigma, size = per_image(self.sigma, a), a.abs()
            t = b.double() / sigma.double() * (size.double() / sigma.double())
            zeroth = torch.special.i0e(t)
            rest = ((zeroth - torch.special.i1e(t)) / zeroth).to(a.dtype)  # in float64, since it cancels
            return a.sgn() * ((size - b) + b * rest) / sigma.square()

        return tree_map(one, z, y)

    def curvature(self, y: Measurement) -> Tensor:
        """The larger of ``1 / sigma^2`` and ``max y^2 / (2 sigma^4) - 1 / sigma^2``, (B,)."""
        sigma = per_image(self.sigma, leaves(y)[0])
        largest = torch.stack([(leaf / sigma).square().flatten(1).amax(1) for leaf in leaves(y)]).amax(0)
        return (largest / 2 - 1).clamp_min(1) / sigma.square().flatten()

    def information(self, y: Measurement, seen: Measurement) -> Tensor:
        """``1 / sigma^2``, that of signals above the noise."""
        return (1 / per_image(self.sigma, leaves(y)[0]).square()).flatten()

    def check_measurement(self, y: Measurement, seen: Measurement) -> None:
        """Require magnitudes.

        Raises:
            ArgumentError: an entry that was measured is below zero, infinite or NaN.
            ShapeError: ``y`` is complex.
        """
        for leaf in leaves(keep_seen(y, seen)):
            require_real(leaf, "magnitudes")
            fits = (leaf >= 0) & (leaf < torch.inf)
            if not holds_everywhere(fits):
                raise ArgumentError(
                    f"`y` must hold magnitudes, none below zero, got {float(leaf[~fits][0]):.4g}; take the modulus."
                )
