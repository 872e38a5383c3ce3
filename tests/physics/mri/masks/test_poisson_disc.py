import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import PoissonDiscMaskGenerator
from tests.example import Example

EXAMPLES = {PoissonDiscMaskGenerator: [Example(lambda: PoissonDiscMaskGenerator((12, 11), 3, 2))]}


def drawn(shape: tuple[int, int], *options: float, seed: int = 0, **named: float) -> torch.Tensor:
    return PoissonDiscMaskGenerator(shape, *options, **named)(1, torch.Generator().manual_seed(seed))["mask"][0, 0]


@pytest.mark.parametrize(
    ("shape", "acceleration", "center"), [((64, 48), 4, 8), ((33, 40), 7.3, 5), ((20, 20), 1, 4), ((30, 30), 12, 0)]
)
def test_exactly_as_many_as_the_acceleration_asks_for(shape: tuple[int, int], acceleration: float, center: int) -> None:
    mask = drawn(shape, acceleration, center)
    assert int(mask.sum()) == round(shape[0] * shape[1] / acceleration)
    first, left = (size // 2 - center // 2 for size in shape)
    assert bool(mask[first : first + center, left : left + center].all())


def distances(mask: torch.Tensor) -> torch.Tensor:
    """The distance from each sample to the nearest other one."""
    places = mask.nonzero().double()
    apart = torch.cdist(places, places)
    return apart.fill_diagonal_(torch.inf).amin(1)


def test_samples_keep_their_distance() -> None:
    """A random choice of as many has neighbours everywhere; here the nearest are nearly as far as can be."""
    nearest = distances(drawn((64, 64), 8, 0, slope=0.0))
    assert nearest.min() >= 2  # 8 pixels for each: 2.83 apart on a grid
    chance = torch.rand(64, 64, generator=torch.Generator().manual_seed(0)) < 1 / 8
    assert distances(chance.double()).min() == 1


def test_the_distance_grows_outwards() -> None:
    mask = drawn((96, 96), 6, 0, slope=3.0)
    row = torch.arange(96).double() - 48
    distance = (row[:, None] ** 2 + row**2).sqrt() / 48
    shares = [float(mask[(distance >= low) & (distance < low + 0.25)].mean()) for low in (0.0, 0.25, 0.5, 0.75)]
    assert shares == sorted(shares, reverse=True)
    # The share of a disc goes with the square of its radius, (1 + 3 d)^2: about 4 from d = 1/8 to 5/8.
    assert 2.5 < shares[0] / shares[2] < 7


def test_the_same_seed_draws_the_same() -> None:
    assert torch.equal(drawn((30, 31), 4, 6), drawn((30, 31), 4, 6))
    assert not torch.equal(drawn((30, 31), 4, 6), drawn((30, 31), 4, 6, seed=1))


def test_what_is_wrong_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`shape` must be"):
        PoissonDiscMaskGenerator((3, 4, 5))  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`acceleration` must be between"):
        PoissonDiscMaskGenerator((8, 8), 0.5)
    with pytest.raises(ArgumentError, match="`center` must be at least 0 and leave the acceleration 4"):
        PoissonDiscMaskGenerator((20, 20), 4, 16)
    with pytest.raises(ArgumentError, match="`slope`"):
        PoissonDiscMaskGenerator((40, 40), slope=-1)
