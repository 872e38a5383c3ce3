"""The parts of an object below an illumination at each of its positions, and the illumination between pixels."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage.errors import ShapeError
from preimage.physics.phase.probe import probe_window
from preimage.transform.fourier import transformed

__all__ = ["add_windows", "check_shifts", "cutter", "mover", "ramps", "require_shifts"]


def check_shifts(shifts: Tensor) -> None:
    """Require that positions are (K, 2) or (B, K, 2)."""
    if shifts.ndim not in (2, 3) or shifts.shape[-1] != 2:
        raise ShapeError(
            f"`shifts` must be (K, 2) or (B, K, 2), rows and columns, got {tuple(shifts.shape)}; transpose it."
        )


def require_shifts(shifts: Tensor, batch: int) -> None:
    """Require that positions are those of one sample, or of as many as there are."""
    if shifts.ndim == 3 and len(shifts) not in (1, batch):
        raise ShapeError(f"`shifts` must be of 1 or {batch} samples, got {tuple(shifts.shape)}; give those of each.")


def mover(probe: Tensor, shifts: Tensor) -> Callable[[slice], Tensor]:
    """The probe (1 or B, 1, h, w) moved by the fractions of some of the ``shifts``: (1 or B, K', h, w).

    By the phase ``exp(-2 pi i f d)`` of its spectrum, periodically; the probe itself for integers.

    Args:
        probe: the illumination.
        shifts: positions (K, 2) or (B, K, 2).
    """
    if not shifts.is_floating_point():
        return lambda which: probe
    spectrum, (rows, columns) = transformed(torch.fft.fft2, probe), ramps(shifts, probe)
    return lambda which: transformed(torch.fft.ifft2, spectrum * rows[:, which] * columns[:, which])


def ramps(shifts: Tensor, like: Tensor) -> tuple[Tensor, Tensor]:
    """The phases of the spectrum of what is like ``like``, along rows (1 or B, K, h, 1) and columns (1 or B, K, 1, w).

    Args:
        shifts: positions (K, 2) or (B, K, 2), of which fractions count.
        like: an array (..., h, w).
    """
    fraction = _of_samples(shifts - shifts.floor()).to(like.real.dtype)
    rows, columns = (
        torch.fft.fftfreq(size, dtype=fraction.dtype, device=like.device) * fraction[..., axis, None]
        for axis, size in enumerate(like.shape[-2:])
    )
    angles = -2 * torch.pi * rows[..., :, None], -2 * torch.pi * columns[..., None, :]
    along = [torch.polar(torch.ones_like(angle), angle) for angle in angles]
    return along[0], along[1]


def cutter(x: Tensor, shifts: Tensor, size: tuple[int, int]) -> Callable[[slice], Tensor]:
    """The parts of ``x`` (B, 1, H, W) at some of the ``shifts``, which go on at the other border: (B, K', *size).

    Args:
        x: the object.
        shifts: positions (K, 2) or (B, K, 2), whose fractions do not count.
        size: rows and columns of a part.
    """
    whole = _of_samples(shifts.floor().long() if shifts.is_floating_point() else shifts.long())
    rows, columns = whole[..., 0] % x.shape[2], whole[..., 1] % x.shape[3]
    x = torch.cat([x, x[:, :, : size[0] - 1]], 2)
    x = torch.cat([x, x[..., : size[1] - 1]], 3)
    # A view of all windows, of which few are copied: a quarter of the time of gathering pixels.
    view = x[:, 0].unfold(1, size[0], 1).unfold(2, size[1], 1)
    if len(whole) == 1:
        return lambda which: view[:, rows[0, which], columns[0, which]]
    samples = torch.arange(len(whole), device=x.device)[:, None]
    return lambda which: view.expand(len(whole), *view.shape[1:])[samples, rows[:, which], columns[:, which]]


def add_windows(total: Tensor | None, parts: Tensor, shifts: Tensor, shape: tuple[int, int]) -> Tensor:
    """The adjoint of cutting: ``parts`` (B, K, h, w) added to a total (B, 1, H, W) that nobody else has, or to zero.

    Args:
        total: what was added before.
        parts: the parts, one for each of the positions.
        shifts: positions (K, 2) or (1 or B, K, 2).
        shape: (H, W) of the object.
    """
    frame, pixels = (parts.shape[-2], parts.shape[-1]), shape[0] * shape[1]
    places = probe_window(_of_samples(shifts), frame, shape).flatten(1)
    if total is None:
        total = parts.new_zeros((len(parts), 1, *shape))
        if len(places) == 1:
            return total.flatten(1).index_add(1, places[0], parts.flatten(1)).unflatten(1, (1, *shape))
        places = places + pixels * torch.arange(len(parts), device=parts.device)[:, None]
        return total.flatten().index_add(0, places.flatten(), parts.flatten()).view(total.shape)
    if len(places) == 1:
        total.view(len(total), -1).index_add_(1, places[0], parts.flatten(1))
    else:
        places = places + pixels * torch.arange(len(parts), device=parts.device)[:, None]
        total.view(-1).index_add_(0, places.flatten(), parts.flatten())
    return total


def _of_samples(shifts: Tensor) -> Tensor:
    """Positions (1 or B, K, 2)."""
    return shifts if shifts.ndim == 3 else shifts[None]
