"""A draw of the image given a measurement, where all that is known otherwise is a Gaussian around a guess."""

from collections.abc import Callable

import torch
from torch import Tensor

from preimage._shapes import per_image
from preimage._tree import Measurement, subtract, tree_map
from preimage.errors import CapabilityError
from preimage.physics import LinearPhysics, Physics
from preimage.sampling.chains import Chains
from preimage.sampling.schedule.power import PowerSchedule

__all__ = ["ConditionalDraw", "conditional_draw", "levels_below"]

ConditionalDraw = Callable[[Tensor, Tensor, Chains], Tensor]


def conditional_draw(physics: Physics, y: Measurement) -> ConditionalDraw:
    """The map from a guess ``d``, a variance ``r2`` and chains to an exact draw of ``x0 ~ N(d, r2)`` given ``y``.

    The most likely image after ``d`` and ``y`` have been moved by noise of their own: one linear solve. Without noise
    in ``y`` it is ``d + r n``, corrected to give ``y``.

    Args:
        physics: what made ``y``, linear with white Gaussian noise or none.
        y: the measurements of a batch.

    Raises:
        CapabilityError: the physics is not linear, or its noise is not white and Gaussian.

    Source: Papandreou, Yuille, "Gaussian sampling by local perturbations", NeurIPS 2010.
    """
    level = physics.noise.gaussian_sigma
    if not isinstance(physics, LinearPhysics) or level is None:
        raise CapabilityError(
            f"`physics` must be linear with white Gaussian noise, got {type(physics).__name__} with "
            f"{type(physics.noise).__name__}; take DiffusionSampler with DPS."
        )

    def moved_data(chains: Chains) -> Measurement:
        return tree_map(lambda leaf: leaf + per_image(level, leaf) * chains.normal(leaf), y)

    def draw(d: Tensor, r2: Tensor, chains: Chains) -> Tensor:
        moved = d + per_image(r2, d).sqrt() * chains.normal(d)
        if physics.noise.is_absent:
            return moved + physics.A_dagger(subtract(y, physics.A(moved)))
        rho = per_image(level, d).square() / per_image(r2, d)
        return moved + physics.solve_regularized(subtract(moved_data(chains), physics.A(moved)), rho.flatten())

    return draw


def levels_below(sigma: Tensor, lowest: float, steps: int) -> Tensor:
    """Levels from ``sigma`` to zero in ``steps`` steps, the last but one ``lowest``; one where that is reached."""
    highest = float(sigma)
    if steps == 1 or highest <= lowest * (1 + 1e-6):  # levels may have been rounded
        return torch.stack([sigma, torch.zeros_like(sigma)])
    levels = PowerSchedule(steps, sigma_max=highest, sigma_min=lowest).sigmas().to(sigma)
    return torch.cat([sigma[None], levels[1:]])
