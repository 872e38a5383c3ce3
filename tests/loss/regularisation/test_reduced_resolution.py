import pytest
import torch
from torch import Tensor, nn

from preimage.errors import CapabilityError
from preimage.loss import ReducedResolutionLoss
from preimage.metric import MAE
from preimage.physics import Denoising, Downsampling, GaussianNoise, Pansharpen
from preimage.reconstructor import Reconstructor
from tests.example import Example, kernel, random
from tests.loss.draws import evaluated

SMALLER, REDUCTION = Downsampling(kernel(3, 3), 2), Downsampling(random(1, 1), 2)

EXAMPLES = {
    ReducedResolutionLoss: [
        Example(ReducedResolutionLoss, shape=(2, 3, 8, 4), physics=lambda: Downsampling(kernel(3, 3), 2)),
        Example(
            lambda: ReducedResolutionLoss(Downsampling(kernel(3, 3), 2), MAE()), (2, 3, 8, 4), physics=lambda: camera()
        ),
        Example(ReducedResolutionLoss, physics=lambda: Denoising(GaussianNoise(0.1))),
    ]
}


def camera() -> Pansharpen:
    return Pansharpen(kernel(3, 3), 2, [0.3, 0.4, 0.3])


class Start(Reconstructor):
    """Brovey's start times a number."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(0.9))

    def forward(self, y: tuple[Tensor, Tensor], physics: Pansharpen) -> Tensor:
        return self.gain * physics.brovey(y)


def test_the_colours_are_the_truth_of_reduced_colours_and_grey() -> None:
    physics, reduction = camera(), Downsampling(kernel(3, 3), 2)
    y = physics.A(random(2, 3, 8, 12))
    model = Start()
    found = evaluated(ReducedResolutionLoss(), y, physics, model)
    expected = model((reduction.A(y[0]), reduction.A(y[1])), physics) - y[0]
    torch.testing.assert_close(found, expected.square().flatten(1).mean(1))


def test_of_one_sensor_the_operator_itself_reduces() -> None:
    physics = Downsampling(kernel(3, 3), 2)
    y = random(2, 1, 4, 6)
    found = evaluated(ReducedResolutionLoss(metric=MAE()), y, physics, lambda y, p: p.A_adjoint(y))
    torch.testing.assert_close(found, (physics.A_adjoint(physics.A(y)) - y).abs().flatten(1).mean(1))


def test_other_sizes_are_told() -> None:
    physics = Downsampling(kernel(3, 3), 2)
    with pytest.raises(CapabilityError, match="at the size of `y`"):
        evaluated(ReducedResolutionLoss(Denoising()), random(1, 1, 4, 4), physics, lambda y, p: p.A_adjoint(y))
