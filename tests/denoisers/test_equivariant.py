import pytest
import torch
from torch import Tensor

from preimage.denoisers import Denoiser, DnCNN, EquivariantDenoiser, FFDNet, ViewDenoiser
from preimage.transform import Dihedral, Reflect, Rotate, Shift, dihedral, dihedral_inverse
from tests.example import Example

EXAMPLES = {
    EquivariantDenoiser: [
        Example(lambda: EquivariantDenoiser(DnCNN(1, width=4, depth=3)), shape=(2, 1, 9, 11)),
        Example(lambda: EquivariantDenoiser(FFDNet(1, width=4, depth=3), Reflect((-1,))), (2, 1, 9, 11)),
    ],
    ViewDenoiser: [
        Example(lambda: ViewDenoiser(DnCNN(1, width=4, depth=3), Rotate(), torch.tensor([1])), shape=(2, 1, 9, 11))
    ],
}


class Right(Denoiser):
    """Moves the image right by one pixel, cyclically: under the symmetries it goes in all four directions."""

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        return x.roll(1, -1)


def test_the_mean_of_a_shift_is_the_mean_of_four_neighbours(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 5, 4, generator=rng)
    around = (x.roll(1, -1) + x.roll(-1, -1) + x.roll(1, -2) + x.roll(-1, -2)) / 4
    torch.testing.assert_close(EquivariantDenoiser(Right())(x, 0.1), around)


@pytest.mark.parametrize("index", range(8))
def test_it_commutes_with_every_symmetry(index: int, rng: torch.Generator) -> None:
    torch.manual_seed(0)
    denoiser = EquivariantDenoiser(DnCNN(1, width=4, depth=3).double())
    x = torch.rand(1, 1, 6, 7, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(denoiser(dihedral(x, index), 0.1), dihedral(denoiser(x, 0.1), index))
        plain = denoiser.denoiser(dihedral(x, index), 0.1) - dihedral(denoiser.denoiser(x, 0.1), index)
    assert index == 0 or float(plain.abs().max()) > 1e-3


def test_one_symmetry_is_drawn_from_the_generator(rng: torch.Generator) -> None:
    denoiser, x = EquivariantDenoiser(Right()), torch.rand(2, 1, 4, 4, generator=rng)
    drawn = [denoiser.drawn(rng) for _ in range(100)]
    assert {int(one.params) for one in drawn} == set(range(8))
    index = int(drawn[0].params)
    expected = dihedral_inverse(dihedral(x, index).roll(1, -1), index)
    assert torch.equal(drawn[0](x, 0.1), expected)
    again = denoiser.drawn(torch.Generator().manual_seed(3)).params
    assert again == denoiser.drawn(torch.Generator().manual_seed(3)).params


def test_it_says_of_itself_what_its_denoiser_says() -> None:
    inner = FFDNet(3, width=4, depth=3)
    outer = EquivariantDenoiser(inner)
    assert (outer.traits.channels, outer.traits.sigma_range) == (3, inner.traits.sigma_range)
    assert outer.traits.receptive_radius is None  # a flip moves the corner from which the stride of 2 counts
    plain = DnCNN(1, width=4, depth=3)
    for group, radius in ((Dihedral(), 3), (Rotate() * Reflect(), 3), (Shift(), None), (Rotate() * Shift(), None)):
        assert EquivariantDenoiser(plain, group).traits.receptive_radius == radius
        assert ViewDenoiser(plain, group, group.draw(1)).traits.receptive_radius == radius
