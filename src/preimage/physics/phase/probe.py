"""Illuminations, and where they stand."""

import math

import torch
from torch import Tensor

from preimage._ranges import check_count, check_interval, check_level
from preimage.errors import ArgumentError

__all__ = ["build_probe", "generate_shifts", "probe_window"]

_KINDS = ("disk", "gaussian")


def build_probe(
    size: int,
    radius: float,
    kind: str = "disk",
    defocus: float = 0.0,
    dtype: torch.dtype = torch.complex64,
) -> Tensor:
    r"""An illumination, (size, size), complex, with modulus one in its middle.

    "disk": one inside the radius, with an edge one pixel wide. "gaussian": ``exp(-r^2 / radius^2)``, whose intensity
    has fallen to ``1 / e^2`` at the radius. ``defocus`` gives it a spherical phase ``exp(i defocus r^2 / radius^2)``,
    which diversifies what diffraction patterns see.

    Args:
        size: pixels in each direction; the middle is at ``floor(size / 2)``.
        radius: in pixels, > 0.
        kind: "disk" or "gaussian".
        defocus: phase at the radius, in radians.
        dtype: torch.complex64 or torch.complex128.

    Raises:
        ArgumentError: there is no such kind, or a number is out of its range.
    """
    check_count("size", size, "give pixels in each direction")
    check_level("radius", radius, "give it in pixels")
    if kind not in _KINDS:
        raise ArgumentError(f"`kind` must be one of {', '.join(_KINDS)}, got {kind!r}; name the shape of the light.")
    place = torch.arange(size, dtype=torch.float64) - size // 2
    square = place[:, None].square() + place.square()
    modulus = (radius + 0.5 - square.sqrt()).clamp(0, 1) if kind == "disk" else torch.exp(-square / radius**2)
    return torch.polar(modulus, defocus * square / radius**2).to(dtype)


def generate_shifts(
    shape: tuple[int, int],
    size: int,
    step: float,
    jitter: float = 0.0,
    rng: torch.Generator | None = None,
) -> Tensor:
    r"""Positions of an illumination on a grid, from border to border: rows and columns of its upper left corner.

    A probe of the diameter ``d`` overlaps its neighbour by the fraction ``1 - step / d``. Where the rest of the image
    is no multiple of the step, steps are a little shorter. A regular grid makes artefacts of its own period; jitter
    avoids them.

    Args:
        shape: (H, W) of the image.
        size: pixels of the illumination in each direction.
        step: pixels from one position to the next, > 0, at most.
        jitter: positions move by up to this many pixels in each direction, inside the image.
        rng: the generator of the jitter, on whose device the positions are.

    Shapes: (positions, 2), floats. Without jitter they are whole numbers; ``.long()`` makes them integers, which are
    cheaper.

    Raises:
        ArgumentError: the illumination is larger than the image, or a number is out of its range.
    """
    check_level("step", step, "give pixels")
    check_level("jitter", jitter, "give pixels", zero=True)
    check_interval("size", size, f"[1, {min(shape)}]", "the illumination lies inside the image")
    device = torch.device("cpu") if rng is None else rng.device
    axes = []
    for length in shape:
        room = length - size
        count = math.ceil(room / step) + 1
        axes.append(torch.linspace(0, room, count, device=device).round() if room else torch.zeros(1, device=device))
    rows, columns = torch.meshgrid(*axes, indexing="ij")
    shifts = torch.stack([rows.flatten(), columns.flatten()], 1)
    moves = 2 * torch.rand(shifts.shape, generator=rng, device=device) - 1 if jitter else torch.zeros_like(shifts)
    most = torch.tensor([length - size for length in shape], device=device)
    return torch.minimum((shifts + jitter * moves).clamp_min(0), most)


def probe_window(shifts: Tensor, size: tuple[int, int], shape: tuple[int, int]) -> Tensor:
    """The pixels below each position, as places in the flattened image: (..., positions, *size), integers.

    Fractions of a pixel are left out. What lies beyond a border comes back at the other.

    Args:
        shifts: (positions, 2), or (..., positions, 2).
        size: rows and columns of the illumination.
        shape: (H, W) of the image.
    """
    whole = shifts.floor().long() if shifts.is_floating_point() else shifts.long()
    places = [torch.arange(length, device=shifts.device) for length in size]
    rows, columns = ((whole[..., axis, None] + places[axis]) % shape[axis] for axis in (0, 1))
    return rows[..., :, None] * shape[1] + columns[..., None, :]
