"""How much noise parallel imaging adds."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.errors import CapabilityError
from preimage.physics.mri.multi_coil_mri import MultiCoilMRI
from preimage.physics.noise.base import draw_normal
from preimage.physics.operator.linear import LinearPhysics

__all__ = ["g_factor"]


@torch.no_grad()
def g_factor(
    physics: LinearPhysics, like: Tensor, replicas: int | None = None, rng: torch.Generator | None = None
) -> Tensor:
    r"""``g = sqrt([(A^H A)^+]_nn [A^H A]_nn)`` at each pixel: the noise of ``A_dagger`` over that of full sampling.

    Full sampling with the acceleration ``R`` would have ``R`` times the samples, and ``1 / sqrt(R)`` of the noise for
    that reason alone; ``g`` is what is added beyond, at least 1 where the system is regular, and 0 where no coil sees.
    The noise of the coils is taken to be white; prewhiten others.

    Args:
        physics: any linear operator; without ``replicas`` a :class:`MultiCoilMRI` with a periodic mask, where ``g`` is
            a closed form.
        like: an image of the size and precision that is wanted.
        replicas: for a Monte Carlo estimate, how many measurements of pure noise are reconstructed; its relative error
            is about ``0.7 / sqrt(replicas)``.
        rng: the source of that noise.

    Shapes: real, like ``like``.

    Raises:
        CapabilityError: no closed form is known; give ``replicas``.
        ArgumentError: fewer than two replicas.

    Source: Pruessmann, Weiger, Scheidegger, Boesiger, "SENSE", Magnetic Resonance in Medicine 42, 1999; replicas:
    Robson et al., Magnetic Resonance in Medicine 60, 2008.
    """
    if replicas is not None:
        check_count("replicas", replicas, "100 give 7 %", least=2)
        return _by_replicas(physics, like, replicas, rng)
    variances = physics.noise_variances(like) if isinstance(physics, MultiCoilMRI) else None
    if variances is None:
        raise CapabilityError(
            "`physics` must be a MultiCoilMRI with a mask that repeats, for a closed form, got another; give "
            "`replicas`."
        )
    return variances.sqrt().expand(like.shape)


def _by_replicas(physics: LinearPhysics, like: Tensor, replicas: int, rng: torch.Generator | None) -> Tensor:
    """White noise through ``A^+`` and ``A^H``: its variances are the diagonals of ``(A^H A)^+`` and ``A^H A``."""
    silent = physics.A(torch.zeros_like(like))
    inverse, normal = torch.zeros_like(like.real), torch.zeros_like(like.real)
    for _ in range(replicas):
        noise = draw_normal(silent, rng)
        inverse += physics.A_dagger(noise).abs().square() / 2
        normal += physics.A_adjoint(noise).abs().square() / 2
    return (inverse * normal).sqrt() / replicas
