"""Films that are combinations of a few images."""

from collections.abc import Callable

from torch import Tensor
from typing_extensions import override

from preimage.errors import ShapeError
from preimage.physics.mri.film import FilmPhysics, frames_of, weighted_sums
from preimage.physics.noise import Noise, NoNoise
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["Subspace"]


class Subspace(LinearPhysics):
    r"""``A x = physics.A(film)`` with the film ``film_t = sum_r basis_rt x_r``: dynamic imaging in a temporal basis.

    The unknown is a few coefficient images in place of many frames: relaxation curves, or motion, lie near a space of
    low rank, whose basis is found beforehand (the first singular vectors of simulated signals, or of navigators).
    ``A^H A`` needs no frames where the operator is :class:`DynamicMRI`, :class:`MultiCoilMRI` or, with many samples,
    :class:`NonCartesianMRI`: it is one ``rank x rank`` matrix for each frequency, so that an iteration costs the same
    for any number of frames.

    Args:
        basis: (rank, T), real or complex; orthonormal rows keep the scale of the noise.
        physics: an operator on films (B, 1, T, ...).
        noise: the noise of the measurement, that of ``physics`` by default.

    Shapes: ``x`` complex, (B, rank, ...); ``y`` as ``physics`` measures films.

    Raises:
        ShapeError: the basis has other dimensions; coefficients do not fit it.

    Source: Tamir et al., "T2 shuffling", Magnetic Resonance in Medicine 77, 2017; Assländer et al., Magnetic Resonance
    in Medicine 79, 2018.
    """

    def __init__(self, basis: Tensor, physics: LinearPhysics, noise: Noise | None = None) -> None:
        super().__init__(physics.noise if noise is None else noise)
        if basis.ndim != 2 or not (basis.is_floating_point() or basis.is_complex()):
            raise ShapeError(
                f"`basis` must hold floats, (rank, frames), got {basis.dtype} {tuple(basis.shape)}; give a row for "
                "each coefficient image."
            )
        self.basis = basis
        self.physics = physics.with_noise(NoNoise())

    def film(self, x: Tensor) -> Tensor:
        """The frames (B, 1, T, ...) of coefficients ``x``."""
        if x.ndim < 3 or x.shape[1] != self.basis.shape[0] or not x.is_complex():
            raise ShapeError(
                f"`x` must be complex, (B, {self.basis.shape[0]}, ...), got {x.dtype} {tuple(x.shape)}; give an image "
                "for each row of the basis."
            )
        return frames_of(x, self._basis_for(x))

    def A(self, x: Tensor) -> Tensor:
        """The measurement of the film."""
        y = self.physics.A(self.film(x))
        assert isinstance(y, Tensor)  # operators on films are no stacks
        return y

    def A_adjoint(self, y: Tensor) -> Tensor:
        """``sum_t conj(basis_rt) (physics^H y)_t``."""
        film = self.physics.A_adjoint(y)
        return weighted_sums(film, self._basis_for(film))

    @override
    def normal_map(self, like: Tensor) -> Callable[[Tensor], Tensor]:
        if not isinstance(self.physics, FilmPhysics):
            return super().normal_map(like)
        return self.physics.subspace_map(self._basis_for(like), like)

    def _basis_for(self, like: Tensor) -> Tensor:
        return self.basis.to(like.device, like.dtype)
