"""Methods on a disk seen from few views, against the operators of :mod:`preimage.physics` and against the truth."""

import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.optim import PDHG, TVPrior, Variational
from preimage.physics import ConeBeam, ParallelBeam, Tomography
from preimage.reconstruct import CTSettings
from preimage.reconstruct.frame.acquisition import ViewsPiece
from preimage.reconstruct.methods.algebraic import Algebraic, AlgebraicByParts, zeros
from preimage.reconstruct.methods.back_projection import ConeBackProjection, FilteredBackProjection
from preimage.reconstruct.methods.plug_and_play import PlugAndPlay
from preimage.reconstruct.methods.variation import LeastVariation
from tests.reconstruct.disk import VALUE, disk, sinogram, value_and_place

COVERS = [
    "preimage.reconstruct.methods.algebraic",
    "preimage.reconstruct.methods.back_projection",
    "preimage.reconstruct.methods.plug_and_play",
    "preimage.reconstruct.methods.variation",
]

DEGREES = np.arange(0, 180, 9.0)
PHYSICS = Tomography(ParallelBeam(DEGREES.tolist(), 48), (48, 48))
SINOGRAM = torch.from_numpy(sinogram(48, DEGREES)).float()[None, None]
NOISY = SINOGRAM + 0.2 * torch.randn(SINOGRAM.shape, generator=torch.Generator().manual_seed(0))
PIECE = ViewsPiece(NOISY, PHYSICS).with_level(0.2)


def silent(step: int) -> None:
    """Hear of a step."""


def test_filtered_back_projection_is_that_of_the_operator() -> None:
    method = FilteredBackProjection.of(CTSettings(window="cosine"))
    assert torch.equal(method.solve(PIECE, silent).x, PHYSICS.fbp(NOISY, "cosine"))
    cone = Tomography(ConeBeam([0.0, 120.0, 240.0], 8, 4, 50.0), (4, 8, 8))
    piece = ViewsPiece(torch.rand(1, 1, 3, 4, 8), cone)
    assert torch.equal(ConeBackProjection().solve(piece, silent).x, cone.fbp(piece.y))
    with pytest.raises(ArgumentError, match="`method` must be fdk"):
        FilteredBackProjection().solve(piece, silent)
    with pytest.raises(ArgumentError, match="`method` must be fbp"):
        ConeBackProjection().solve(PIECE, silent)


@pytest.mark.parametrize("method", [Algebraic(60), AlgebraicByParts(3)])
def test_algebraic_methods_find_the_value(method: Algebraic | AlgebraicByParts) -> None:
    seen: list[int] = []
    found = method.solve(ViewsPiece(SINOGRAM, PHYSICS), seen.append)
    assert seen == list(range(1, method.steps + 1))
    assert value_and_place(found.x[0, 0].numpy())[0] == pytest.approx(VALUE, rel=0.02)
    assert not zeros(SINOGRAM, PHYSICS).any()


def test_variation_is_least_for_its_weight_and_the_weight_explains_the_noise() -> None:
    assert LeastVariation().is_open
    given = LeastVariation(20, 5.0)
    wanted = Variational(PDHG(), TVPrior(5.0), max_steps=20, tol=1e-4).solve(NOISY, PIECE.physics).x
    torch.testing.assert_close(given.solve(PIECE, silent).x, wanted)
    weight = LeastVariation().choose_weight(PIECE)
    x = LeastVariation(300, weight).solve(PIECE, silent).x
    misfit = (PHYSICS.A(x) - NOISY).square().mean().sqrt()
    assert float(misfit) == pytest.approx(0.2, rel=0.1)


def test_a_denoiser_as_prior_gains_on_back_projection_whatever_the_unit() -> None:
    method = PlugAndPlay(3, PlugAndPlay().choose_weight(PIECE))
    with torch.no_grad():
        x = method.solve(PIECE, silent).x
        large = method.solve(ViewsPiece(1000 * NOISY, PHYSICS).with_level(200.0), silent).x
        double = method.solve(ViewsPiece(NOISY.double(), PHYSICS).with_level(0.2), silent).x
    truth = torch.from_numpy(disk(48)).float()
    assert float((x[0, 0] - truth).norm()) < 0.5 * float((PIECE.first()[0, 0] - truth).norm())
    torch.testing.assert_close(large / 1000, x, rtol=1e-3, atol=1e-3)
    assert double.dtype == torch.float64
    torch.testing.assert_close(double.float(), x, rtol=1e-3, atol=1e-3)
