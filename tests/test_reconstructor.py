import torch
from torch import Tensor

from preimage import Reconstructor
from preimage._tree import Measurement
from preimage.physics import Denoising, Inpainting, Physics


class Scaled(Reconstructor):
    def __init__(self, factor: float, offset: float = 0.0) -> None:
        super().__init__()
        self.factor = factor
        self.offset = offset

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        return self.factor * physics.A_adjoint(y) + self.offset


def test_it_maps_a_measurement_and_its_physics_to_an_image() -> None:
    y, mask = torch.ones(1, 1, 2, 2), torch.tensor([[1.0, 0.0], [0.5, 2.0]])
    assert Scaled(3.0)(y, Inpainting(mask)).flatten().tolist() == [3, 0, 1.5, 6]


def test_it_is_a_value() -> None:
    y, model = torch.ones(1, 1, 1, 2), Scaled(3.0, 1.0)
    other = model.replace(factor=5.0)
    assert (other.factor, other.offset) == (5.0, 1.0)
    assert other(y, Denoising()).flatten().tolist() == [6, 6]
    assert model(y, Denoising()).flatten().tolist() == [4, 4]
