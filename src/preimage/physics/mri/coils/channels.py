"""Channels of receive coils: noise that is independent, and fewer channels."""

import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError

__all__ = ["coil_compression", "mix_coils", "prewhitening"]


def mix_coils(matrix: Tensor, data: Tensor) -> Tensor:
    """``data'_i = sum_j matrix_ij data_j`` over the coils of k-space, images or sensitivities.

    Args:
        matrix: (channels, coils), or (B, channels, coils).
        data: (B, coils, ...).

    Shapes: (B, channels, ...).
    """
    if data.ndim < 2 or matrix.shape[-1] != data.shape[1]:
        raise ShapeError(
            f"`data` must have {matrix.shape[-1]} coils, the columns of `matrix`, got {tuple(data.shape)}; give "
            "(B, coils, ...)."
        )
    return (matrix.to(data.dtype) @ data.flatten(2)).unflatten(2, data.shape[2:]) if data.ndim > 2 else data @ matrix.mT


def prewhitening(noise: Tensor) -> Tensor:
    r"""The matrix after which the noise of the coils is independent, with the standard deviation one.

    With the covariance ``P`` of the noise it is the inverse of the lower Cholesky factor of ``P / 2``: real and
    imaginary parts then have the standard deviation one each, which is ``GaussianNoise(1.0)``. The sensitivities change
    in the same way as the measurement: apply the matrix to both with :func:`mix_coils`.

    Args:
        noise: a scan without excitation, complex, (coils, samples), at least as many samples as coils.

    Shapes: (coils, coils), lower triangular.

    Raises:
        ShapeError: the scan is real, has other dimensions, or fewer samples than coils.
        ArgumentError: some channels hold no noise of their own.
    """
    if not noise.is_complex() or noise.ndim != 2 or noise.shape[1] < noise.shape[0]:
        raise ShapeError(
            f"`noise` must be complex (coils, samples) with at least as many samples, got {noise.dtype} "
            f"{tuple(noise.shape)}; give a scan without excitation."
        )
    wide = noise.to(torch.complex128)
    wide = wide - wide.mean(1, keepdim=True)
    covariance = wide @ wide.mH / (wide.shape[1] - 1)
    factor, failed = torch.linalg.cholesky_ex(covariance / 2)
    if bool(failed):
        raise ArgumentError("`noise` must have full rank, got channels without noise of their own; leave these out.")
    eye = torch.eye(len(covariance), dtype=torch.complex128, device=noise.device)
    return torch.linalg.solve_triangular(factor, eye, upper=False).to(noise.dtype)


def coil_compression(y: Tensor, channels: int) -> Tensor:
    """The matrix that combines coils to the ``channels`` virtual ones that hold the most energy of ``y``.

    They are the principal components of the coils over all samples. After :func:`prewhitening` noise stays independent,
    because the rows of the matrix are orthonormal.

    Args:
        y: k-space or images, (B, coils, ...).
        channels: how many virtual coils to keep, between 1 and the number of coils.

    Shapes: (B, channels, coils), for :func:`mix_coils`.

    Source: Huang, Vijayakumar, Li, Hertel, Duensing, "A software channel compression technique for faster
    reconstruction with many channels", Magnetic Resonance Imaging 26, 2008.
    """
    if y.ndim < 3 or not 1 <= channels <= y.shape[1]:
        raise ArgumentError(
            f"`channels` must be between 1 and the number of coils, got {channels} for data {tuple(y.shape)}; give "
            "(B, coils, ...)."
        )
    data = y.flatten(2)
    return torch.linalg.eigh(data @ data.mH).eigenvectors[..., -channels:].flip(-1).mH
