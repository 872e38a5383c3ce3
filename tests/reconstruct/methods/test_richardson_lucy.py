"""The method, and the number of its steps."""

import dataclasses

import torch

from preimage.physics import Blur, PoissonNoise
from preimage.reconstruct import DeconvolutionSettings
from preimage.reconstruct.methods.richardson_lucy import RichardsonLucy
from preimage.reconstruct.microscopy.acquire import StackPiece
from tests.reconstruct.microscopy.beads import BACKGROUND, beads

COUNTS, TRUTH, PSF = beads()
PIECE = StackPiece(COUNTS[None, None], Blur(PSF[None, None], "valid", noise=PoissonNoise(1.0, BACKGROUND)))


def errors(steps: int) -> float:
    method = RichardsonLucy(steps, is_given=True)
    return float((PIECE.finish(method.solve(PIECE, lambda step: None).x)[0, 0] - TRUTH).norm())


def test_a_step_is_the_formula() -> None:
    even = torch.full((1, 1, 12, 30, 32), float(COUNTS.mean()) - BACKGROUND)
    ratio = COUNTS[None, None] / (PIECE.physics.A(even) + BACKGROUND)
    seen = PIECE.physics.A_adjoint(torch.ones_like(PIECE.y))
    wanted = even * PIECE.physics.A_adjoint(ratio) / seen
    found = RichardsonLucy(1, is_given=True).solve(PIECE, lambda step: None).x
    torch.testing.assert_close(PIECE.finish(found), PIECE.finish(wanted))


def test_what_is_hardly_seen_stays_finite() -> None:
    x = RichardsonLucy(200, is_given=True).solve(PIECE, lambda step: None).x
    assert bool(torch.isfinite(x).all())
    assert float(x.amax()) < 100 * float(COUNTS.max())


def test_a_number_of_steps_is_taken_or_found() -> None:
    given = RichardsonLucy.of(DeconvolutionSettings(steps=7))
    assert not given.is_open
    assert given.steps == 7
    left = RichardsonLucy.of(DeconvolutionSettings())
    assert left.is_open
    settled = left.settled(PIECE)
    assert settled == dataclasses.replace(left, steps=settled.steps, is_given=True)
    assert errors(settled.steps) < 1.15 * min(map(errors, (5, 10, 20, 40, 80, 160)))


def test_more_light_asks_for_more_steps() -> None:
    def steps(photons: float) -> int:
        counts, _, psf = beads(photons=photons)
        physics = Blur(psf[None, None], "valid", noise=PoissonNoise(1.0, BACKGROUND))
        return RichardsonLucy.of(DeconvolutionSettings()).settled(StackPiece(counts[None, None], physics)).steps

    assert steps(10) < steps(1000)


def test_steps_are_chosen_on_the_brightest_part_of_a_large_stack(monkeypatch) -> None:
    dark = torch.zeros(1, 1, 8, 72, 26)
    dark[..., 48:, :] = COUNTS
    whole = StackPiece(dark, PIECE.physics)
    monkeypatch.setattr("preimage.reconstruct.methods.richardson_lucy.TRIAL", dark.numel() // 3)
    seen = []
    monkeypatch.setattr(
        "preimage.reconstruct.methods.richardson_lucy.held_out_steps",
        lambda model, y, physics, most: seen.append(y) or 5,
    )
    assert RichardsonLucy.of(DeconvolutionSettings()).settled(whole).steps == 5
    assert seen[0].numel() <= dark.numel() // 3
    assert float(seen[0].mean()) > 1.2 * float(dark.mean())
    assert seen[0].shape[2] == 8
