"""Density compensation by iteration."""

import torch
from torch import Tensor

from preimage._ranges import check_count
from preimage.physics.mri.non_cartesian.points import as_trajectory, check_trajectory
from preimage.transform import nufft, nufft_adjoint

__all__ = ["pipe_menon"]


@torch.no_grad()
def pipe_menon(trajectory: Tensor, shape: tuple[int, ...], steps: int = 30) -> Tensor:
    r"""Weights ``w`` with which every sample, seen through the field of view, has the density one.

    ``w <- w / (K w)``, where ``(K w)_j = 1/N^2 sum_i w_i |D(k_j - k_i)|^2`` with the spectrum ``D`` of the field of
    view. ``K`` has no negative entries, so that weights stay positive. For any trajectory, in two or three dimensions.

    Args:
        trajectory: in cycles per pixel, as :class:`preimage.physics.NonCartesianMRI` takes it.
        shape: the size of the image.
        steps: iterations.

    Shapes: ``trajectory`` without its last dimension, float64. The unit is that of all densities here: pixels times the
        area of k-space, in (cycles per pixel)^d, for which a sample stands.

    Raises:
        ArgumentError: a frequency is beyond 0.5, or there is no step.
        ShapeError: the trajectory has other dimensions.

    Source: Pipe and Menon, "Sampling density compensation in MRI", Magnetic Resonance in Medicine 41, 1999.
    """
    check_trajectory(trajectory, len(shape))
    check_count("steps", steps, "30 are usual")
    points = as_trajectory(trajectory.detach().double(), len(shape)).flatten(0, 1)
    double = tuple(2 * size for size in shape)
    window = torch.ones((), dtype=torch.float64, device=points.device)
    for size in shape:
        lags = (torch.arange(2 * size, dtype=torch.float64, device=points.device) - size).abs()
        window = window[..., None] * (1 - lags / size)
    weights = torch.ones(len(points), 1, points.shape[1], dtype=torch.float64, device=points.device)
    for _ in range(steps):
        spread = nufft_adjoint(torch.complex(weights, torch.zeros_like(weights)), points, double, 1e-6)
        density = nufft(window * spread, points, 1e-6).real * 2 ** len(shape)
        weights = weights / density
    return weights.reshape(trajectory.shape[:-1])
