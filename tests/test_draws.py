import torch

from preimage._draws import seeded, step_generator


def test_a_step_needs_no_other_step() -> None:
    first = torch.rand(3, generator=step_generator(2, 7))
    assert torch.equal(first, torch.rand(3, generator=step_generator(2, 7)))
    assert torch.equal(first, torch.rand(3, generator=torch.Generator().manual_seed(2 * 1_000_003 + 7)))
    assert not torch.equal(first, torch.rand(3, generator=step_generator(2, 8)))


def test_the_global_generator_is_put_back() -> None:
    before = torch.get_rng_state()
    with seeded(3):
        drawn = torch.rand(4)
    assert torch.equal(torch.get_rng_state(), before)
    with seeded(3):
        assert torch.equal(torch.rand(4), drawn)
