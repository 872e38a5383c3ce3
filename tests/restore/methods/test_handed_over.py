import torch
from torch import Tensor

from preimage.denoisers import Denoiser, Traits
from preimage.restore.methods.handed_over import HandedOver


class Adds(Denoiser):
    def __init__(self, number: float, highest: float) -> None:
        super().__init__()
        self.number = number
        self.traits = Traits(1, (0.1, highest), receptive_radius=int(10 * number), stride=8)

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return x + self.number


def test_each_level_is_for_who_knows_it() -> None:
    both, x = HandedOver(Adds(1.0, 50.0), Adds(2.0, 0.2)), torch.zeros(2, 1, 3, 3)
    assert torch.equal(both(x, 0.2), x + 2)
    assert torch.equal(both(x, 0.3), x + 1)
    assert both(x, torch.tensor([0.1, 5.0]))[:, 0, 0, 0].tolist() == [2.0, 1.0]


def test_it_says_what_both_need() -> None:
    assert HandedOver(Adds(1.0, 50.0), Adds(2.0, 0.2)).traits == Traits(1, (0.1, 50.0), 20, 8)
