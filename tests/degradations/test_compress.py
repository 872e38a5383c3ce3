import pytest
import torch

from preimage.degradations import DrawnJPEG, JPEGStep, Pair
from preimage.errors import ArgumentError
from preimage.physics import JPEG


@pytest.mark.parametrize("shape", [(2, 3, 17, 9), (1, 1, 7, 5), (1, 3, 1, 1)])
def test_it_is_the_codec(shape: tuple[int, ...], rng: torch.Generator) -> None:
    x = torch.rand(shape, generator=rng)
    pair = DrawnJPEG(40).apply(Pair(x, x))
    assert torch.equal(pair.degraded, JPEG(40, "4:2:0")(x))
    assert pair.clean is x


def test_qualities_are_whole_and_in_their_range(rng: torch.Generator) -> None:
    drawn = {one.quality for _ in range(200) for one in JPEGStep((90, 93)).draw(rng) if isinstance(one, DrawnJPEG)}
    assert drawn == {90, 91, 92, 93}
    with pytest.raises(ArgumentError, match="quality"):
        JPEGStep((90, 101))
