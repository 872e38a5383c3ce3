"""Operators on films, and what they are between images that films are made of."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage.physics.operator.linear import LinearPhysics
from preimage.transform import CentredFourier

__all__ = ["FilmPhysics", "filtered_coils", "frame_kernel", "frames_of", "mixed", "weighted_sums"]


class FilmPhysics(LinearPhysics):
    """An operator that takes films (B, 1, T, ...), each frame in a way of its own."""

    def subspace_map(self, basis: Tensor, like: Tensor) -> Callable[[Tensor], Tensor]:
        """The map ``P^H A^H A P`` on coefficients like ``like``, where ``P`` makes frames of them.

        A subclass knows better where it need not go by way of the frames.

        Args:
            basis: (rank, T), in the precision of ``like``.
            like: (B, rank, ...).
        """
        return lambda x: weighted_sums(self.A_adjoint(self.A(frames_of(x, basis))), basis)


def frames_of(x: Tensor, basis: Tensor) -> Tensor:
    """``sum_r basis_rt x_r``: the film (B, 1, T, ...) of coefficients (B, rank, ...)."""
    return torch.einsum("rt,br...->bt...", basis, x).unsqueeze(1)


def weighted_sums(film: Tensor, basis: Tensor) -> Tensor:
    """The adjoint of :func:`frames_of`: ``sum_t conj(basis_rt) film_t``."""
    return torch.einsum("rt,bt...->br...", basis.conj(), film.squeeze(1))


def frame_kernel(basis: Tensor, power: Tensor) -> Tensor:
    """``K_rs = sum_t conj(basis_rt) basis_st power_t`` at every frequency, (1 or B, rank, rank, ...).

    Args:
        basis: (rank, T).
        power: the weights of each frame's frequencies in ``A^H A``, real, (1 or B, T, ...).
    """
    pairs = basis.conj()[:, None] * basis  # (rank, rank, T)
    return torch.einsum("rst,bt...->brs...", pairs, power.to(basis.dtype))


def mixed(kernel: Tensor, spectra: Tensor) -> Tensor:
    """``sum_s K_rs spectra_s``: a small matrix for each frequency.

    Args:
        kernel: (1 or B, rank, rank, ...).
        spectra: (B, rank, ...).
    """
    return (kernel * spectra.unsqueeze(1)).sum(2)


def filtered_coils(x: Tensor, kernel: Tensor, maps: Tensor | None, conjugate_maps: Tensor | None) -> Tensor:
    """``sum_c conj(m_c) F^H K F (m_c x)`` with a matrix ``K`` for each frequency, coil by coil.

    Args:
        x: coefficients (B, rank, ...).
        kernel: (1 or B, rank, rank, ...).
        maps, conjugate_maps: (1 or B, coils, ...); ``None`` for one coil of sensitivity one.
    """
    shape = tuple(x.shape[2:])
    basis = CentredFourier(len(shape))
    if maps is None or conjugate_maps is None:
        return basis.synthesis(mixed(kernel, basis.analysis(x)), shape)
    total = torch.zeros_like(x)
    for coil in range(maps.shape[1]):
        spectra = mixed(kernel, basis.analysis(maps[:, coil, None] * x))
        total = total + conjugate_maps[:, coil, None] * basis.synthesis(spectra, shape)
    return total
