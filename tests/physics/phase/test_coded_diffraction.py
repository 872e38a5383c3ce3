import pytest
import torch

from preimage.errors import ShapeError
from preimage.physics import CodedDiffraction, CodedDiffractionLinearOperator, FarField, PoissonNoise
from tests.example import Example, complex_example, random


def masks(*shape: int) -> torch.Tensor:
    return torch.complex(random(*shape, low=-1), random(*shape, seed=5, low=-1))


EXAMPLES = {
    CodedDiffractionLinearOperator: [
        complex_example(lambda: CodedDiffractionLinearOperator(masks(3, 4, 5)), (2, 1, 4, 5)),
        complex_example(lambda: CodedDiffractionLinearOperator(random(1, 5, 4)), (3, 1, 5, 4)),
    ],
    CodedDiffraction: [
        Example(
            lambda: CodedDiffraction(CodedDiffractionLinearOperator(masks(3, 4, 5)), PoissonNoise(0.1)),
            (2, 1, 4, 5),
            complex=True,
        )
    ],
}


def test_each_mask_has_its_pattern(rng: torch.Generator) -> None:
    x = torch.randn(2, 1, 4, 5, generator=rng, dtype=torch.complex128)
    physics = CodedDiffraction(CodedDiffractionLinearOperator(masks(3, 4, 5).to(torch.complex128)))
    y = physics.A(x)
    assert y.shape == (2, 3, 4, 5)
    for k in range(3):
        wanted = torch.fft.fftshift(
            torch.fft.fft2(torch.fft.ifftshift(physics.operator.masks[k] * x, (2, 3)), norm="ortho"), (2, 3)
        )
        torch.testing.assert_close(y[:, k : k + 1], wanted.abs().square())


def test_octanary_masks_keep_the_energy_on_average() -> None:
    physics = CodedDiffraction.random(6, (64, 64), torch.Generator().manual_seed(0))
    power = physics.operator.masks.abs().square()
    assert float(power.mean()) == pytest.approx(1, abs=0.02)
    assert sorted({round(float(p), 4) for p in power.unique()}) == [0.5, 3.0]
    assert float(physics.operator.masks.mean().abs()) < 0.02
    assert float((power < 1).float().mean()) == pytest.approx(0.8, abs=0.01)


def test_gradients_reach_the_masks(rng: torch.Generator) -> None:
    x = torch.randn(1, 1, 3, 4, generator=rng, dtype=torch.complex128)
    values = masks(2, 3, 4).to(torch.complex128).requires_grad_()
    assert torch.autograd.gradcheck(lambda m: CodedDiffraction(CodedDiffractionLinearOperator(m)).A(x), (values,))


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="`masks` must have shape"):
        CodedDiffractionLinearOperator(torch.ones(4, 4))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        CodedDiffractionLinearOperator(torch.ones(2, 4, 4)).A(torch.ones(1, 1, 4, 5))
    assert (
        CodedDiffractionLinearOperator(torch.ones(1, 4, 4))
        .A(torch.ones(1, 1, 4, 4))
        .equal(FarField().A(torch.ones(1, 1, 4, 4)))
    )
