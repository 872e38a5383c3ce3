"""Kernels and measurements, with the axes that they have."""

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from preimage._views import view_of
from preimage.plot.panels import Plate, draw_panels

if TYPE_CHECKING:  # figures need no operators
    from preimage.physics.tomography.geometry import Geometry

__all__ = ["draw_kernel", "draw_kspace", "draw_sinogram"]


def draw_kernel(kernel: Tensor, title: str = "kernel") -> Any:
    """A blur kernel, pixels from its middle along the axes and its weights by colour.

    Args:
        kernel: (H, W), or (B, C, H, W) of which the first is shown.
        title: what is written above it.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    values = view_of(kernel)
    values = values.mean(-1) if values.ndim == 3 else values
    height, width = values.shape
    left, right = -(width // 2) - 0.5, width - width // 2 - 0.5
    extent = (left, right, height - height // 2 - 0.5, -(height // 2) - 0.5)
    panel = Plate(
        f"{title}, sum {float(values.sum()):.3g}",
        values,
        min(0.0, float(values.min())),
        float(values.max()),
        "weight",
        "magma",
        extent,
        ("pixels", "pixels"),
    )
    return draw_panels([panel])


def draw_sinogram(y: Tensor, geometry: "Geometry | None" = None, title: str = "sinogram") -> Any:
    """Projections: the place on the detector to the right, the angle downwards, line integrals by colour.

    Args:
        y: (B, C, V, K), of which the first is shown; of cones (B, C, V, M, K), the middle row of the detector.
        geometry: gives the axes their numbers; without it they count bins and views.
        title: what is written above it.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    values = view_of(y if y.ndim < 5 else y[..., y.shape[-2] // 2, :])
    views, bins = values.shape[:2]
    extent, labels = (-0.5, bins - 0.5, views - 0.5, -0.5), ("bin", "view")
    if geometry is not None:
        reach, step = bins / 2 * geometry.spacing, (geometry.degrees[-1] - geometry.degrees[0]) / max(views - 1, 1)
        first, last = geometry.degrees[0] - step / 2, geometry.degrees[-1] + step / 2
        extent = (geometry.offset - reach, geometry.offset + reach, last, first)
        labels = ("place on the detector, unit of length", "angle, degrees")
    low, high = float(values.min()), float(values.max())
    return draw_panels([Plate(title, values, low, high, "line integral", "gray", extent, labels)])


def draw_kspace(y: Tensor, title: str = "k-space") -> Any:
    """The common logarithm of the modulus of a centred spectrum; what was not measured stays dark.

    Args:
        y: (B, C, H, W), complex, of which the first image is shown; several coils by the root of their sum of squares.
        title: what is written above it.

    Raises:
        MissingDependency: matplotlib is not installed.
    """
    y = y.detach().cpu()
    size = y.reshape(-1, *y.shape[-3:])[0].abs().float().square().sum(0).sqrt()
    height, width = size.shape
    largest = max(float(size.max()), torch.finfo(size.dtype).tiny)
    values = (size / largest).clamp_min(1e-6).log10()
    extent = (
        -(width // 2) / width,
        (width - width // 2) / width,
        (height - height // 2) / height,
        -(height // 2) / height,
    )
    labels = ("cycles per pixel", "cycles per pixel")
    return draw_panels([Plate(title, values, -5.0, 0.0, "log10 of the modulus, largest 0", "magma", extent, labels)])
