"""
Ptychography with an illumination that is not known: object and probe from diffraction patterns alone
=====================================================================================================


::

    python examples/ptychography_blind_projections.py ../shared/data/test/BSD68/test001.png -o found.png

The object has the modulus of one part of the photograph and the phase of another. A probe of 32 pixels steps by 40 % of
its diameter, with 10,000 photons in each pixel that it lights. The search starts from an empty object and a probe that
is a fifth too small and out of focus by another amount. Douglas-Rachford steps alternate between waves with the
measured amplitudes and waves that one object and one probe explain, which are two closed forms; plain projections at
the end average the noise. Object and probe are known but for a number, and a phase ramp in one against the other.
"""

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor

from preimage.files import ImageFile
from preimage.metric import CosineSimilarity
from preimage.physics import PoissonNoise, Ptychography, PtychographyLinearOperator, build_probe, generate_shifts

SIDE, WINDOW, RADIUS = 128, 48, 16.0


def object_of(photograph: Tensor) -> Tensor:
    """A complex object, (1, 1, SIDE, SIDE), of two parts of a grey photograph (H, W)."""
    modulus, phase = photograph[:SIDE, :SIDE], photograph[-SIDE:, -SIDE:]
    return torch.polar(0.4 + 0.6 * modulus, math.pi * (phase - 0.5))[None, None]


def with_amplitudes(waves: Tensor, amplitudes: Tensor) -> Tensor:
    """The nearest waves that have the measured amplitudes."""
    return torch.polar(amplitudes, waves.angle())


def explained(
    operator: PtychographyLinearOperator, x: Tensor, waves: Tensor
) -> tuple[PtychographyLinearOperator, Tensor]:
    """A step towards the object, then towards the probe, that explain ``waves`` best."""
    x = x + operator.solve_regularized(waves - operator.A(x), 0.01)
    of_probe, probe = operator.of_probe(x), operator.probe.reshape(1, 1, WINDOW, WINDOW)
    probe = probe + of_probe.solve_regularized(waves - of_probe.A(probe), 0.01)
    return operator.replace(probe=probe), x


def reconstruct(
    operator: PtychographyLinearOperator, amplitudes: Tensor, steps: int
) -> tuple[PtychographyLinearOperator, Tensor]:
    """The operator with its probe, and the object, from a first guess of the probe."""
    x = torch.ones(1, 1, *operator.shape, dtype=operator.probe.dtype)
    waves = operator.A(x)
    for number in range(steps):
        operator, x = explained(operator, x, waves)
        found = operator.A(x)
        if number < 0.75 * steps:
            waves = waves + 0.8 * (with_amplitudes(2 * found - waves, amplitudes) - found)
        else:
            waves = with_amplitudes(found, amplitudes)
    return operator, x


def aligned(found: Tensor, truth: Tensor, weight: Tensor) -> Tensor:
    """``found`` times the number and the phase ramp that bring it nearest to ``truth``."""
    side = torch.arange(SIDE) / SIDE - 0.5
    plane = torch.stack([side[:, None].expand(SIDE, SIDE), side.expand(SIDE, SIDE), torch.ones(SIDE, SIDE)], -1)
    for _ in range(20):
        product = weight * truth * found.conj()
        phase = (product * product.sum().conj()).angle()
        scale = product.abs().sqrt().flatten()[:, None]
        slopes = torch.linalg.lstsq(scale * plane.reshape(-1, 3), scale * phase.reshape(-1, 1)).solution[:2, 0]
        found = found * torch.exp(1j * (plane[..., :2] @ slopes))
    return found * (weight * found.conj() * truth).sum() / (weight * found.abs().square()).sum()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path, help="a photograph of 128 pixels or more in each direction")
    parser.add_argument("--output", "-o", type=Path, help="the modulus found, as a picture")
    parser.add_argument("--steps", type=int, default=200)
    args = parser.parse_args()
    rng = torch.Generator().manual_seed(0)
    photograph = ImageFile.read(args.image)
    truth = object_of(photograph.pixels.mean(0))
    shifts = generate_shifts((SIDE, SIDE), WINDOW, 0.4 * 2 * RADIUS, jitter=2.0, rng=rng).round().long()
    probe = build_probe(WINDOW, RADIUS, defocus=8.0)
    physics = Ptychography(PtychographyLinearOperator(probe, shifts, (SIDE, SIDE)), PoissonNoise(1e-4))
    amplitudes = physics(truth, rng).sqrt()
    start = physics.operator.replace(probe=build_probe(WINDOW, 0.8 * RADIUS, defocus=6.0))
    operator, x = reconstruct(start, amplitudes, args.steps)
    light = physics.operator.gram(truth)
    weight = (light > 0.2 * light.max()).float()
    x = aligned(x, truth, weight)
    error = float((weight * (x - truth)).norm() / (weight * truth).norm())
    likeness = float(CosineSimilarity()(operator.probe.reshape(1, 1, WINDOW, WINDOW), probe[None, None]))
    print(f"{len(shifts)} patterns: error of the object {error:.3f}, similarity of the probe {likeness:.4f}")
    if args.output is not None:
        photograph.with_pixels((x[0].abs() - 0.4).clamp(0, 0.6) / 0.6).write(args.output)
    assert error < 0.05, "the object was not found"
