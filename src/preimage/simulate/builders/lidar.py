"""Scenes in front of lidars."""

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.physics import SinglePhotonLidar
from preimage.simulate.builders.fitted import Fitted

__all__ = ["build_lidar"]


def build_lidar(x: Tensor, given: Mapping[str, Any], rng: torch.Generator) -> Fitted:
    """Depth, photons and photons of daylight: a plane that rises to the horizon, as bright as the picture."""
    found = re.fullmatch(r"(\d*\.?\d+):(\d*\.?\d+)", given["range"])
    if not found:
        raise ArgumentError(f"`range` must be NEAR:FAR in bins, got {given['range']!r}; write 5:40.")
    if given["photons"] <= 0 or given["daylight"] < 0:
        raise ArgumentError(
            f"`photons` must be above 0 and `daylight` at least 0, got {given['photons']:g} and {given['daylight']:g}."
        )
    depth = torch.linspace(float(found[2]), float(found[1]), x.shape[-2])[:, None].expand_as(x)
    lidar = SinglePhotonLidar(given["bins"], given["pulse"])
    daylight = torch.full_like(x, given["daylight"] / given["bins"])
    return Fitted(lidar, torch.cat([depth, given["photons"] * x, daylight], 1))
