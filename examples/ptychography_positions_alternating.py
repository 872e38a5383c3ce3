"""
Ptychography with a probe and positions that are not known
==========================================================


::

    python examples/ptychography_positions_alternating.py ../shared/data/test/BSD68/test001.png -o found.png

The object has the modulus of one part of the photograph and the phase of another. A probe steps by 40 % of its
diameter, with 10,000 photons in each pixel that it lights. The search starts from an empty object, a probe that is a
fifth too small and out of focus by another amount, and positions that are off by up to 0.7 pixels in each direction.
Object, probe and positions take turns, each with steps that backtracking finds. A displacement of everything, a number,
and a phase ramp are not seen: errors are told without them. Not every object is found so: of ten that were tried four
were, those with fine detail everywhere (grass and gravel of scikit-image, the photograph above); in the others the
positions stayed where they were.
"""

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor

from preimage.files import ImageFile
from preimage.metric import CosineSimilarity
from preimage.optim import PGD, Alternating, AmplitudeLoss, Backtracking, Block
from preimage.physics import PoissonNoise, Ptychography, PtychographyLinearOperator, build_probe, generate_shifts

SIDE, WINDOW, RADIUS, OFF = 48, 24, 8.0, 0.7


def object_of(photograph: Tensor) -> Tensor:
    """A complex object, (1, 1, SIDE, SIDE), of two parts of a grey photograph (H, W)."""
    modulus, phase = photograph[:SIDE, :SIDE], photograph[-SIDE:, -SIDE:]
    return torch.polar(0.4 + 0.6 * modulus, math.pi * (phase - 0.5))[None, None]


def off_by(shifts: Tensor, truth: Tensor) -> float:
    """The root mean square error of positions, (1, K, 2), but for what is the same for all."""
    moves = shifts - truth
    return float((moves - moves.mean(1, keepdim=True)).square().mean().sqrt())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="a photograph of 48 pixels or more in each direction")
    parser.add_argument("--output", "-o", type=Path, help="the modulus found, as a picture")
    parser.add_argument("--steps", type=int, default=200)
    args = parser.parse_args()
    rng = torch.Generator().manual_seed(0)
    photograph = ImageFile.read(args.image)
    truth = object_of(photograph.pixels.mean(0))
    shifts = generate_shifts((SIDE, SIDE), WINDOW, 0.4 * 2 * RADIUS, jitter=1.5, rng=rng)[None]
    probe = build_probe(WINDOW, RADIUS, defocus=8.0)[None, None]
    physics = Ptychography(PtychographyLinearOperator(probe, shifts, (SIDE, SIDE)), PoissonNoise(1e-4))
    y = physics(truth, rng)
    moved = shifts + OFF * (2 * torch.rand(shifts.shape, generator=rng) - 1)
    guess = physics.replace(probe=build_probe(WINDOW, 0.8 * RADIUS, defocus=6.0)[None, None], shifts=moved)
    search = Backtracking(PGD(), grow=2.0)
    model = Alternating(
        ("probe", "shifts"),
        Block(search, steps=2),
        (Block(search), Block(search, steps=3)),
        fidelity=AmplitudeLoss,
        max_steps=args.steps,
        tol=None,
    )
    state = model.solve(y, guess, torch.ones_like(truth)).state
    found_probe, found_shifts = state.theta
    before, after = off_by(moved, shifts), off_by(found_shifts, shifts)
    likeness = float(CosineSimilarity()(found_probe, probe))
    misfit = AmplitudeLoss(model.calibrated(guess, state.theta), y)(state.x) / AmplitudeLoss(physics, y)(truth)
    print(
        f"{shifts.shape[1]} patterns: positions off by {before:.2f} -> {after:.3f} pixels, similarity of the probe "
        f"{likeness:.4f}, misfit {float(misfit):.2f} times that of the truth"
    )
    if args.output is not None:
        photograph.with_pixels((state.x[0].abs() - 0.4).clamp(0, 0.6) / 0.6).write(args.output)
    assert after < 0.1 * before, "the positions were not found"
