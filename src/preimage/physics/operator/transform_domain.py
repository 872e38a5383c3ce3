"""Physics that see the image through a transform: ``x -> A(T x)``."""

from collections.abc import Callable
from typing import overload

from torch import Tensor

from preimage._tree import Measurement
from preimage.physics.noise import Noise, NoNoise
from preimage.physics.operator.base import Physics
from preimage.physics.operator.linear import LinearPhysics
from preimage.transform import Params, UnitaryTransform

__all__ = ["transform_domain"]


class _Transformed(Physics):
    """``A(T x)``; ``physics`` is ``A``, whose noise is dropped."""

    def __init__(
        self, physics: Physics, transform: UnitaryTransform, params: Params, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        self.physics = physics if physics.noise.is_absent else physics.with_noise(NoNoise())
        self.transform = transform
        self.params = params

    def A(self, x: Tensor) -> Measurement:
        """``A(T x)``."""
        return self.physics.A(self.transform.transform(x, self.params))

    def pullback(self, x: Tensor) -> tuple[Measurement, Callable[[Measurement], Tensor]]:
        """``A(T x)`` and ``v -> T^-1 J(T x)^H v``."""
        y, pull = self.physics.pullback(self.transform.transform(x, self.params))
        return y, lambda v: self.transform.inverse(pull(v), self.params)

    def seen(self, y: Measurement) -> Measurement:
        """As without the transform."""
        return self.physics.seen(y)


class _TransformedLinear(LinearPhysics):
    """``A T``: what ``A`` has in closed form, it has, too."""

    def __init__(
        self, physics: LinearPhysics, transform: UnitaryTransform, params: Params, noise: Noise | None = None
    ) -> None:
        super().__init__(noise)
        self.physics = physics if physics.noise.is_absent else physics.with_noise(NoNoise())
        self.transform = transform
        self.params = params

    def _there(self, x: Tensor) -> Tensor:
        return self.transform.transform(x, self.params)

    def _back(self, x: Tensor) -> Tensor:
        return self.transform.inverse(x, self.params)

    def A(self, x: Tensor) -> Measurement:
        """``A T x``."""
        return self.physics.A(self._there(x))

    def A_adjoint(self, y: Measurement) -> Tensor:
        """``T^-1 A^H y``."""
        return self._back(self.physics.A_adjoint(y))

    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        """``T^-1 (A^H A) T``."""
        normal = self.physics.normal_map(self._there(like))
        return lambda x: self._back(normal(self._there(x)))

    def seen(self, y: Measurement) -> Measurement:
        """As without the transform."""
        return self.physics.seen(y)

    def A_dagger(self, y: Measurement) -> Tensor:
        """``T^-1 A_dagger y``."""
        return self._back(self.physics.A_dagger(y))

    def solve_shifted(self, b: Tensor, rho: float | Tensor) -> Tensor:
        """``T^-1 (A^H A + rho I)^-1 T b``."""
        return self._back(self.physics.solve_shifted(self._there(b), rho))

    def solve_regularized(self, y: Measurement, rho: float | Tensor) -> Tensor:
        """``T^-1 (A^H A + rho I)^-1 A^H y``."""
        return self._back(self.physics.solve_regularized(y, rho))

    def norm(self, like: Tensor) -> Tensor:
        """As without the transform."""
        return self.physics.norm(self._there(like))


@overload
def transform_domain(physics: LinearPhysics, transform: UnitaryTransform, params: Params) -> LinearPhysics: ...


@overload
def transform_domain(physics: Physics, transform: UnitaryTransform, params: Params) -> Physics: ...


def transform_domain(physics: Physics, transform: UnitaryTransform, params: Params) -> Physics:
    """The physics ``x -> A(T x)`` under the same noise; linear where ``A`` is, with its closed forms.

    Which way pixels go is decided in Python, so that ``torch.compile`` and ``torch.func.vmap`` do not apply.

    Args:
        physics: ``A`` and its noise.
        transform: what ``T`` is one of.
        params: the parameters of ``T``, for one image, which counts for all, or for each of a batch, from
            ``transform.draw`` or ``transform.elements``.
    """
    if isinstance(physics, LinearPhysics):
        return _TransformedLinear(physics, transform, params, physics.noise)
    return _Transformed(physics, transform, params, physics.noise)
