import pytest
import torch

from preimage.errors import CapabilityError
from preimage.physics import Decolorize, Demosaicing, GaussianNoise, Inpainting, Stack, stack
from preimage.physics.noise import PoissonNoise
from tests.example import LEVELS, SEEN, Example

EXAMPLES = {
    Stack: [
        Example(
            lambda: stack(
                Decolorize(noise=PoissonNoise(0.01)),
                Inpainting(SEEN, GaussianNoise(LEVELS)),
            )
        )
    ],
}


def test_it_is_the_block_column_of_its_operators() -> None:
    first, second = Decolorize(), Inpainting(torch.rand(4, 5).double())
    both = stack(first, second)
    x = torch.rand(2, 3, 4, 5).double()
    y = both.A(x)
    assert isinstance(y, tuple)
    torch.testing.assert_close(y, (first.A(x), second.A(x)))
    torch.testing.assert_close(both.A_adjoint(y), first.A_adjoint(y[0]) + second.A_adjoint(y[1]))
    # Nothing is lost, so that the least-squares solution is the image.
    torch.testing.assert_close(both.A_dagger(y), x, rtol=1e-6, atol=1e-6)


def test_least_squares_of_two_mosaics() -> None:
    both = stack(Demosaicing("RGGB"), Demosaicing("BGGR"))
    x = torch.rand(1, 3, 4, 4).double()
    seen = Demosaicing("RGGB").mask(x) + Demosaicing("BGGR").mask(x)
    torch.testing.assert_close(both.A_dagger(both.A(x)), torch.where(seen > 0, x, 0))
    b = torch.rand(1, 3, 4, 4).double()
    torch.testing.assert_close(both.solve_shifted(b, 0.5), b / (seen + 0.5))
    assert both.norm(torch.empty(1, 3, 4, 4)).item() == pytest.approx(2**0.5, rel=1e-4)


def test_names_reach_one_sensor() -> None:
    both = stack(Decolorize(), Inpainting(torch.ones(4, 4), GaussianNoise(0.1)))
    assert isinstance(both.replace(mask=torch.zeros(4, 4)), Stack)
    x = torch.rand(1, 3, 4, 4)
    assert both(x, torch.Generator().manual_seed(0), mask=torch.zeros(4, 4), sigma=1e-9)[1].abs().max() < 1e-7


def test_only_linear_operators_stack() -> None:
    with pytest.raises(CapabilityError, match=r"got \['Decolorize', 'int'\]"):
        stack(Decolorize(), 3)  # type: ignore[arg-type]
