import torch

from preimage.datasets import draws
from preimage.datasets.draws import generator_of, random_order


def first(purpose: str, seed: int, epoch: int, index: int) -> int:
    return int(torch.randint(2**62, (), generator=generator_of(purpose, seed, epoch, index)))


def test_numbers_follow_from_all_four_and_from_nothing_else() -> None:
    torch.manual_seed(0)
    drawn = first("noise", 1, 2, 3)
    torch.manual_seed(1)
    assert drawn == first("noise", 1, 2, 3)
    others = [first("crops", 1, 2, 3), first("noise", 0, 2, 3), first("noise", 1, 0, 3), first("noise", 1, 2, 4)]
    assert len({drawn, *others}) == 5


def test_no_two_samples_of_an_epoch_share_a_seed() -> None:
    """The map of indices to seeds is a bijection of 32-bit numbers: here is its inverse."""
    back = [pow(factor, -1, 1 << 32) for factor in (0xC2B2AE35, 0x85EBCA6B)]

    def unmixed(n: int) -> int:
        n = ((n ^ n >> 16) * back[0]) % (1 << 32)
        n = ((n ^ n >> 13 ^ n >> 26) * back[1]) % (1 << 32)
        return n ^ n >> 16

    for n in (0, 1, 2, 0xFFFFFFFF, *range(12345, 1 << 32, 4_000_037)):
        assert unmixed(draws._mix(n)) == n
    seeds = {generator_of("noise", 0, 0, index).initial_seed() for index in range(2000)}
    assert len(seeds) == 2000
    assert max(seeds) < 2**32  # what PyTorch's generator reads


def test_neighbours_are_independent() -> None:
    drawn = torch.stack([torch.randn(64, generator=generator_of("noise", 0, 0, index)) for index in range(400)])
    correlation = (drawn[1:] * drawn[:-1]).mean()
    assert abs(float(correlation)) < 4 / (399 * 64) ** 0.5
    assert abs(float(drawn[:, 0].mean())) < 4 / 400**0.5


def test_an_order_holds_each_number_once() -> None:
    order = random_order(50, "split", 0)
    assert sorted(order) == list(range(50))
    assert order == random_order(50, "split", 0)
    assert order != random_order(50, "split", 1)
    assert random_order(0, "split", 0) == []
