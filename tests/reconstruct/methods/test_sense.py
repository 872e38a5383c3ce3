import torch

from preimage.physics import MultiCoilMRI
from preimage.reconstruct import MRISettings
from preimage.reconstruct.methods.sense import LeastSquaresSense, ZeroFilled, regularized
from preimage.reconstruct.mri.piece import CoilsPiece
from tests.reconstruct.mri.scan import kspace, phantom, sensitivities

IMAGE, MAPS = phantom(32, 30), sensitivities(4, 32, 30)
MASK = torch.zeros(32, 30)
MASK[:, ::2] = 1
MASK[:, 10:20] = 1
NOISE = 0.02 * torch.complex(*torch.randn(2, 1, 4, 32, 30, generator=torch.Generator().manual_seed(0)))
Y = MASK * (torch.from_numpy(kspace(IMAGE, MAPS))[None] + NOISE)
PIECE = CoilsPiece(Y, MultiCoilMRI(MASK, MAPS)).with_level(0.02)


def silent(step: int) -> None:
    """Hear of a step."""


def test_zero_filling_is_the_adjoint() -> None:
    assert torch.equal(ZeroFilled.of(MRISettings()).solve(PIECE, silent).x, PIECE.physics.A_adjoint(Y))


def test_the_weight_has_about_the_least_error() -> None:
    weight = LeastSquaresSense().choose_weight(PIECE)
    x = LeastSquaresSense(1, weight).solve(PIECE, silent).x
    torch.testing.assert_close(x, regularized(PIECE, weight))
    clean = MASK * torch.from_numpy(kspace(IMAGE, MAPS))[None]

    def error(rho: float) -> float:
        return float((PIECE.physics.A(regularized(PIECE, rho)) - clean).norm())

    assert error(weight) < 1.05 * min(error(10.0**power) for power in range(-6, 1))
    before = (PIECE.physics.A_adjoint(Y)[0, 0] - IMAGE).norm()
    assert float((x[0, 0] - IMAGE).norm()) < 0.8 * float(before)
