"""From a file of counts to problems that can be solved."""

import dataclasses
import math
import re
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ImageFileError
from preimage.files import StoredArray
from preimage.files.stacks.opening import stored_arrays
from preimage.files.stacks.stored import check_numbers, choose_array
from preimage.physics import PET, ParallelBeam, PoissonNoise, RingScanner
from preimage.reconstruct.ct.angles import parse_angles
from preimage.reconstruct.ct.geometry import image_size
from preimage.reconstruct.ct.projections import finite, told_millimetres
from preimage.reconstruct.frame.acquisition import Acquisition, CountsPiece
from preimage.reconstruct.frame.grid import Grid
from preimage.reconstruct.frame.memory import budget_of, check_fits, check_image_fits
from preimage.reconstruct.pet.settings import PETSettings

__all__ = ["acquire_pet"]

_COPIES = 12
_RING_ONLY = ("rings", "ring_difference", "rays")


def acquire_pet(path: Path, settings: PETSettings) -> Acquisition:
    """The counts in ``path`` with their scanner, efficiency and background.

    Raises:
        ImageFileError: the file cannot be read, or holds no counts.
        ArgumentError: the scanner is incomplete, wrong, or does not fit the counts.
    """
    budget = budget_of(settings.memory)
    stored = _stored(path, settings.key, "input")
    counts = _numbers(stored, path, (2, 3), budget)
    if bool((counts < 0).any()):
        raise ImageFileError(
            f"`input` must hold counts, got negative ones in {path}; give prompts, and randoms as --background."
        )
    settings, notes = _with_lengths(settings, stored)
    lengths = (settings.radius, settings.spacing, settings.ring_spacing, settings.pixel)
    scanner, pixel, thickness = _scanner(settings, tuple(counts.shape))
    rows = () if counts.ndim == 2 else (_slices(settings, scanner, len(counts)),)
    shape = image_size(settings.size, rows, counts.shape[-1])
    check_image_fits(4 * _COPIES * math.prod(shape), budget)
    sides = (pixel, pixel) if counts.ndim == 2 else (thickness, pixel, pixel)
    bare = PET(scanner, shape, sides, 1.0, settings.fwhm)
    efficiency = _like(settings.efficiency, "efficiency", counts)
    if settings.attenuation is not None:
        mu = _read(settings.attenuation, None, (len(shape),), "attenuation", budget)
        if tuple(mu.shape) != shape:
            raise ImageFileError(f"`attenuation` must be of {shape} like the image, got {tuple(mu.shape)}.")
        efficiency = efficiency * bare.attenuation_factors(mu[None, None])
    noise = PoissonNoise(1.0, _background(settings.background, counts))
    physics = bare.replace(efficiency=efficiency, noise=noise)
    words = f"{'x'.join(map(str, counts.shape))} bins of {type(scanner).__name__}, {float(counts.sum()):.4g} counts"
    grid = Grid((thickness, pixel, pixel), "pixel" if lengths == (None,) * 4 else "mm")
    pieces = [partial(CountsPiece, counts[None, None], physics)]
    return Acquisition(pieces, shape, grid, words, "osem", {}, notes)


def _with_lengths(settings: PETSettings, stored: StoredArray) -> tuple[PETSettings, tuple[str, ...]]:
    """The width of a parallel strip that the user leaves to the file, and what is to be known of it."""
    told = told_millimetres(stored, "X")
    if settings.radius is not None or settings.spacing is not None or told is None:
        return settings, ()
    planes = told_millimetres(stored, "Z") if len(stored.shape) == 3 else None
    between = planes if settings.ring_spacing is None else settings.ring_spacing
    notes = (f"a bin is {told:.6g} mm wide, as the input tells",)
    return dataclasses.replace(settings, spacing=told, ring_spacing=between), notes


def _scanner(settings: PETSettings, shape: tuple[int, ...]) -> tuple[RingScanner | ParallelBeam, float, float]:
    """The scanner, the side of a pixel, and the distance of slices."""
    views, bins = shape[-2:]
    if settings.radius is None:
        for name in _RING_ONLY:
            if {"rings": settings.rings, "ring_difference": settings.ring_difference, "rays": settings.rays}[name]:
                raise ArgumentError(f"`radius` must be given beside `{name}`, got none; it is that of the ring.")
        spacing = 1.0 if settings.spacing is None else settings.spacing
        angles = parse_angles(settings.angles or "0:180", views)
        return ParallelBeam(angles.tolist(), bins, spacing), settings.pixel or spacing, settings.ring_spacing or spacing
    if settings.angles is not None or settings.spacing is not None:
        name = "angles" if settings.angles is not None else "spacing"
        raise ArgumentError(f"`{name}` must be left out for a ring, got it beside `radius`; they follow from the ring.")
    rings, between = settings.rings or 1, settings.ring_spacing or 1.0
    scanner = RingScanner(
        2 * views, bins, settings.radius, rings, between, settings.ring_difference, settings.rays or 1
    )
    pairs = len(scanner.ring_pairs)
    if len(shape) == 3 and shape[0] != pairs:
        raise ArgumentError(f"`rings` must fit the {shape[0]} sinograms of the input, got {rings}, which make {pairs}.")
    if len(shape) == 2 and rings > 1:
        raise ArgumentError(f"`rings` must be left out for a single sinogram, got {rings}.")
    pixel = settings.pixel or math.pi * settings.radius / (2 * views)
    return scanner, pixel, between / 2


def _slices(settings: PETSettings, scanner: RingScanner | ParallelBeam, sinograms: int) -> int:
    return sinograms if settings.radius is None else 2 * (settings.rings or 1) - 1


def _like(path: Path | None, name: str, counts: Tensor) -> Tensor:
    """Numbers of a file that has the shape of ``counts``, (1, 1, ...); ones without a file."""
    if path is None:
        return torch.ones_like(counts)[None, None]
    values = _read(path, None, (counts.ndim,), name, None)
    if values.shape != counts.shape or bool((values < 0).any()):
        raise ImageFileError(
            f"`{name}` must be numbers >= 0 of {tuple(counts.shape)} like the counts, got {path} of "
            f"{tuple(values.shape)} from {float(values.min()):g}."
        )
    return values[None, None]


def _background(text: str | None, counts: Tensor) -> Tensor | float:
    if text is None:
        return 0.0
    if re.fullmatch(r"\d+\.?\d*(?:[eE][-+]?\d+)?", text):
        return float(text)
    return _like(Path(text), "background", counts)


def _read(path: Path, key: str | None, dims: tuple[int, ...], name: str, budget: int | None) -> Tensor:
    return _numbers(_stored(path, key, name), path, dims, budget)


def _stored(path: Path, key: str | None, name: str) -> StoredArray:
    if not path.exists():
        raise ImageFileError(f"`{name}` must be a file that exists, got {path}; check the name.")
    return choose_array(stored_arrays(path), key, ("prompts", "sinogram", "sino", "data", name), path)


def _numbers(array: StoredArray, path: Path, dims: tuple[int, ...], budget: int | None) -> Tensor:
    check_numbers(array, path, dims, complex_wanted=False)
    check_fits(path, 4 * 4 * int(np.prod(array.shape)), budget)
    return torch.from_numpy(np.ascontiguousarray(finite(array.read(), path))).float()
