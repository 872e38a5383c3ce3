"""Phase unwrapping by least squares."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_number
from preimage._shapes import per_image
from preimage.errors import CapabilityError
from preimage.functional import LinearlyComposed, Proximable, Smooth
from preimage.physics import Physics, WrappingPhysics
from preimage.physics.phase.spatial_unwrapping import wrap
from preimage.transform import dct, divergence, gradient, idct
from preimage.transform.dct import laplacian_spectrum

__all__ = ["ItohFidelity"]


class ItohFidelity(LinearlyComposed, Proximable, Smooth):
    r"""``f(x) = ||D x - wrap(D y)||^2 / (2 sigma^2)`` with the differences ``D`` of neighbours, for a wrapped ``y``.

    Where neighbours of the true image differ by less than the threshold of ``physics``, ``wrap(D y)`` is its gradient
    (Itoh's condition), and the minimisers are the true image up to a constant for each channel. ``D`` is that of
    :func:`preimage.transform.gradient`. The prox is exact, by the discrete cosine transform.

    Args:
        physics: a :class:`preimage.physics.WrappingPhysics`, such as ``SpatialUnwrapping``, whose threshold is used.
        y: the wrapped image.
        sigma: standard deviation of the differences, > 0, a float or (B,).

    Shapes: ``x`` like ``y``, (B, C, H, W) or (B, C, D, H, W), real.

    Raises:
        ArgumentError: the standard deviation is not a finite number above zero, in any entry.
        CapabilityError: the physics does not wrap.

    Source: Itoh 1982; Ghiglia & Romero 1994 (the cosine transform).
    """

    physics: WrappingPhysics

    def __init__(self, physics: Physics, y: Tensor, sigma: float | Tensor = 1.0) -> None:
        super().__init__()
        if not isinstance(physics, WrappingPhysics):
            raise CapabilityError(f"`physics` must be WrappingPhysics, got {type(physics).__name__}; use L2.")
        self.physics = physics
        self.y = y
        check_number("sigma", sigma, "give the standard deviation of the differences")
        self.sigma = sigma
        self._slopes = wrap(gradient(y), physics.threshold)

    @override
    def derive(self) -> Mapping[str, Any]:
        return {"_slopes": wrap(gradient(self.y), self.physics.threshold)}

    def forward(self, x: Tensor) -> Tensor:
        """The value of each sample, (B,)."""
        return ((gradient(x) - self._slopes).square().flatten(1).sum(1)) / (2 * self._variance(x).flatten())

    def grad(self, x: Tensor) -> Tensor:
        """``D^H (D x - wrap(D y)) / sigma^2``."""
        return -divergence(gradient(x) - self._slopes) / self._variance(x)

    def lipschitz(self, x: Tensor) -> Tensor:
        """``||D||^2 / sigma^2``."""
        return self.linear_norm(x) ** 2 / self._variance(x).flatten()

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """``x + (D^H D + rho)^-1 D^H (wrap(D y) - D x)``, ``rho = sigma^2 / step``."""
        dims = x.ndim - 2
        system = laplacian_spectrum(x, dims) + self._variance(x) / per_image(step, x)
        return x + idct(dct(-divergence(self._slopes - gradient(x)), dims) / system, dims)

    def linear(self, x: Tensor) -> Tensor:
        """``D x``, (B, C, n, ...)."""
        return gradient(x)

    def linear_adjoint(self, z: Tensor) -> Tensor:
        """``D^H z``."""
        return -divergence(z)

    def linear_norm(self, x: Tensor) -> Tensor:
        """``max_k 2 (sum_d sin^2(pi k_d / (2 N_d)))^(1/2)``."""
        return laplacian_spectrum(x, x.ndim - 2).amax().sqrt().reshape(1)

    def outer_prox(self, z: Tensor, step: float | Tensor) -> Tensor:
        """``(sigma^2 z + step wrap(D y)) / (sigma^2 + step)``."""
        variance, tau = per_image(self.sigma, z) ** 2, per_image(step, z)
        return (variance * z + tau * self._slopes) / (variance + tau)

    def outer_conjugate(self, z: Tensor) -> Tensor:
        """``<z, wrap(D y)> + sigma^2 ||z||^2 / 2``, (B,)."""
        return (z * self._slopes + per_image(self.sigma, z) ** 2 * z.square() / 2).flatten(1).sum(1)

    def _variance(self, x: Tensor) -> Tensor:
        return per_image(self.sigma, x) ** 2
