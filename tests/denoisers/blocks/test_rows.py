import pytest
import torch
from torch import nn

from preimage.denoisers.blocks import ResidualBlock, rows
from preimage.denoisers.blocks.rows import Strip, convolved, doubled, goes_by_rows, halved, roomy, rows_at_a_time


def strips(x: torch.Tensor, count: int):
    """``x`` in roomy strips, by way of others of odd sizes."""
    parts = x.split(3, 2)
    return roomy([Strip(part, part is parts[-1]) for part in parts], count)


def joined(found) -> torch.Tensor:
    found = list(found)
    assert [strip.is_last for strip in found] == [False] * (len(found) - 1) + [True]
    return torch.cat([strip.rows for strip in found], 2)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 40])
@pytest.mark.parametrize("height", [2, 8, 14])
def test_every_layer_gives_what_it_gives_of_the_whole(rng, height, count) -> None:
    torch.manual_seed(0)
    x = torch.rand(2, 3, height, 6, generator=rng, dtype=torch.float64)
    with torch.no_grad():
        same = nn.Conv2d(3, 4, 3, padding=1).double()
        torch.testing.assert_close(joined(convolved(strips(x, count), same)), same(x))
        half, twice = nn.Conv2d(3, 4, 2, stride=2).double(), nn.ConvTranspose2d(3, 4, 2, stride=2).double()
        torch.testing.assert_close(joined(halved(strips(x, count), half)), half(x))
        torch.testing.assert_close(joined(doubled(strips(x, count), twice)), twice(x))
        for activation in (None, nn.ELU()):
            block = ResidualBlock(3, activation).double()
            found = joined(Strip(strip.rows[:, :, 2:], strip.is_last) for strip in block.by_rows(strips(x, count)))
            torch.testing.assert_close(found, block(x))


def test_a_chain_holds_no_strip_that_it_passed_on(rng) -> None:
    import weakref

    layer, seen = nn.Conv2d(1, 1, 3, padding=1), []

    def source():
        for index in range(6):
            strip = torch.zeros(1, 1, 4, 5)
            seen.append(weakref.ref(strip))
            yield Strip(strip, index == 5)
            del strip
            assert sum(ref() is not None for ref in seen) <= 1

    with torch.no_grad():
        for _ in convolved(convolved(roomy(source(), 4), layer), layer):
            pass


def test_what_is_recorded_and_what_is_small_is_worked_on_whole(monkeypatch) -> None:
    x = torch.zeros(1, 1, 30, 40)
    with torch.no_grad():
        assert not goes_by_rows(x)
        monkeypatch.setattr(rows, "_PIXELS", 100)
        assert goes_by_rows(x)
        assert rows_at_a_time(x) == 2
        assert rows_at_a_time(torch.zeros(1, 1, 2, 300)) == 1
        assert not goes_by_rows(x[:0])
        assert torch.func.vmap(lambda image: torch.tensor(goes_by_rows(image[None])))(x).logical_not().all()
    assert not goes_by_rows(x)
