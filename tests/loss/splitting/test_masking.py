import pytest
import torch

from preimage.errors import CapabilityError, ShapeError
from preimage.fidelity import Measured
from preimage.loss import LossInputs
from preimage.loss.splitting.masking import mask_physics, measured_image, require_denoising, split_by
from preimage.physics import (
    MRI,
    BlurFFT,
    CompressedSensing,
    Denoising,
    GaussianNoise,
    Inpainting,
    LinearPhysics,
    PhaseRetrieval,
)
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from preimage.testing import check_physics
from tests.example import kernel, random

MASK = random(2, 1, 5, 4, seed=3) > 0.5


def test_a_part_of_a_linear_operator_is_linear_and_keeps_its_noise() -> None:
    physics = BlurFFT(kernel(3, 3), GaussianNoise(0.1))
    part = mask_physics(physics, MASK)
    x = random(2, 1, 5, 4)
    torch.testing.assert_close(part.A(x), MASK * physics.A(x))
    assert part.noise is physics.noise
    y = random(2, 1, 5, 4, seed=5)
    torch.testing.assert_close(part.A_adjoint(y), physics.A_adjoint(MASK * y))
    assert isinstance(part, LinearPhysics)


def test_a_part_of_a_spectrum_keeps_its_closed_forms() -> None:
    x = torch.complex(random(2, 1, 5, 4), random(2, 1, 5, 4, seed=1))
    part = mask_physics(MRI(random(5, 4) > 0.3), MASK)
    assert part.diagonal(x) is not None
    torch.testing.assert_close(part.seen(x).expand_as(MASK), MASK & (random(5, 4) > 0.3))


def test_a_part_of_an_operator_that_is_not_linear() -> None:
    physics = PhaseRetrieval(CompressedSensing(random(12, 20), (1, 5, 4)))
    x = torch.complex(random(2, 1, 5, 4), random(2, 1, 5, 4, seed=1))
    mask = random(2, 12, seed=3) > 0.5
    part = mask_physics(physics, mask)
    torch.testing.assert_close(part.A(x), mask * physics.A(x))
    torch.testing.assert_close(part.seen(physics.A(x)), mask)
    check_physics(part, x, torch.Generator().manual_seed(0))


def test_a_split_covers_what_is_measured_and_nothing_twice() -> None:
    physics = Inpainting(random(5, 4) > 0.3)
    y = physics.A(random(2, 3, 5, 4))
    kept, held = split_by(
        BernoulliSplittingMaskGenerator((3, 5, 4), 0.5), Measured.of(physics, y), torch.Generator().manual_seed(0)
    )
    assert kept.any()
    assert held.any()
    assert torch.equal(kept ^ held, (random(5, 4) > 0.3).expand_as(kept))


def test_what_does_not_fit_is_told() -> None:
    x = torch.zeros(1, 1, 2, 2)
    with pytest.raises(ShapeError, match="one tensor for SplittingLoss, got a tuple"):
        measured_image(LossInputs(None, None, (x, x), Denoising(), lambda y, p: y), "SplittingLoss")
    with pytest.raises(ShapeError, match=r"\(B, C, \.\.\.\)"):
        measured_image(LossInputs(None, None, x[0, 0], Denoising(), lambda y, p: y), "SplittingLoss")
    with pytest.raises(CapabilityError, match="must be Denoising"):
        require_denoising(Inpainting(torch.eye(2)), x, "Neighbor2Neighbor")
