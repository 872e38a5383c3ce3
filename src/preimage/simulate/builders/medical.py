"""Spectra and line integrals."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import MRI, PET, FanBeam, NonCartesianMRI, ParallelBeam, PhaseRetrieval, RingScanner, Tomography
from preimage.physics.generators import EquispacedMaskGenerator, GaussianMaskGenerator, RandomMaskGenerator
from preimage.physics.trajectories import golden_angle
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_mri", "build_non_cartesian_mri", "build_pet", "build_phase_retrieval", "build_tomography"]

_SOURCE = 3.0  # distance of the source of a fan from the axis, in sides of the picture
_RADIUS = 1.0  # of a ring of detectors, in sides of the picture
_MASKS = {"random": RandomMaskGenerator, "equispaced": EquispacedMaskGenerator, "gaussian": GaussianMaskGenerator}


def build_mri(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Columns of the spectrum that a generator draws."""
    draw = _MASKS[given["sampling"]](tuple(x.shape[-2:]), given["acceleration"])
    return Fitted(MRI(draw(1, rng)["mask"]), x)


def build_non_cartesian_mri(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Lines through the middle of k-space, each turned by the golden angle, with a sample for every pixel."""
    if given["lines"] < 1:
        raise ArgumentError(f"`lines` must be at least 1, got {given['lines']}; give the number of lines.")
    height, width = x.shape[-2:]
    return Fitted(NonCartesianMRI(golden_angle(given["lines"], max(height, width)).float(), (height, width)), x)


def build_tomography(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Rays through the whole picture, as many a view as its diagonal has pixels."""
    views = given["views"]
    if views < 1:
        raise ArgumentError(f"`views` must be at least 1, got {views}; give the number of directions.")
    height, width = x.shape[-2:]
    pixel = 1 / max(height, width)
    bins = int((height**2 + width**2) ** 0.5) + 1
    if given["beam"] == "parallel":
        geometry = ParallelBeam([180 * view / views for view in range(views)], bins, pixel)
    else:
        geometry = FanBeam([360 * view / views for view in range(views)], bins, _SOURCE, spacing=1.05 * pixel)
    return Fitted(Tomography(geometry, (height, width), pixel), x)


def build_pet(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """A ring twice as wide as the longer side of the picture, whose bins see all of it."""
    views = given["views"]
    if views < 2:
        raise ArgumentError(f"`views` must be at least 2, got {views}; give half the number of detectors.")
    height, width = x.shape[-2:]
    pixel = 1 / max(height, width)
    half = math.ceil(2 * views / math.pi * math.asin(math.hypot(height, width) * pixel / (2 * _RADIUS))) + 1
    bins = min(2 * half + 1, 2 * views - 1)
    return Fitted(PET(RingScanner(2 * views, bins, _RADIUS, rays=2), (height, width), pixel), x)


def build_phase_retrieval(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """The spectrum of the picture at the upper left of twice as many rows and columns, without phase."""
    height, width = x.shape[-2:]
    extended = torch.nn.functional.pad(x, (0, width, 0, height))
    return Fitted(PhaseRetrieval(MRI(torch.ones(2 * height, 2 * width))), extended)
