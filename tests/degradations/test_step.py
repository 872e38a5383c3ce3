import torch

from preimage.degradations.step import as_tuples, drawn_per_sample


def test_the_noise_of_a_sample_does_not_depend_on_those_after_it() -> None:
    like = torch.zeros(3, 2, 4, 5)
    noise = drawn_per_sample(like, 7, lambda x, g: torch.randn(x.shape, generator=g))
    assert torch.equal(noise[:2], drawn_per_sample(like[:2], 7, lambda x, g: torch.randn(x.shape, generator=g)))
    assert not torch.equal(noise[0], noise[1])
    assert drawn_per_sample(like[:0], 7, lambda x, g: x).shape == (0, 2, 4, 5)


def test_lists_become_tuples_at_every_depth() -> None:
    assert as_tuples({"a": [[1.0, 2.0], [3.0]], "b": "x"}) == {"a": ((1.0, 2.0), (3.0,)), "b": "x"}
