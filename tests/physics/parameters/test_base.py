import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics.generators import (
    GainGenerator,
    GaussianBlurGenerator,
    MotionBlurGenerator,
    ParameterGenerator,
    Phase2PhaseSplittingMaskGenerator,
    SigmaGenerator,
    SumGenerator,
)
from preimage.physics.parameters.base import normal, streams, total_numbers, uniform, uniform_between, uniforms
from tests.example import Example

EXAMPLES = {
    SumGenerator: [
        Example(lambda: SumGenerator([SigmaGenerator(), GaussianBlurGenerator(9)])),
        Example(lambda: SumGenerator([GainGenerator(), MotionBlurGenerator(9)])),
    ],
}


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(5)


def test_parameters_go_together_by_name(rng: torch.Generator) -> None:
    params = GaussianBlurGenerator(9)(2, rng) | SigmaGenerator()(2, rng)
    assert {name: tuple(value.shape) for name, value in params.items()} == {"kernel": (2, 1, 9, 9), "sigma": (2,)}
    both = GaussianBlurGenerator(9) + SigmaGenerator() + GainGenerator()
    assert {name: tuple(value.shape) for name, value in both(2, rng).items()} == {
        "kernel": (2, 1, 9, 9),
        "sigma": (2,),
        "gain": (2,),
    }
    assert both.numbers == 5
    assert both.draw(rng)["kernel"].shape == (1, 9, 9)


def test_the_parts_of_a_sum_are_independent(rng: torch.Generator) -> None:
    for law in (SigmaGenerator() + GainGenerator(), SumGenerator([MotionBlurGenerator(5), SigmaGenerator()])):
        drawn = law(500, rng)
        values = torch.stack([value.flatten(1).norm(dim=1) if value.ndim > 1 else value for value in drawn.values()])
        assert abs(torch.corrcoef(values)[0, 1].item()) < 0.2


def test_two_parts_with_one_name_are_refused() -> None:
    with pytest.raises(ArgumentError, match="`generators` must have parameters of different names, got `sigma` twice"):
        (SigmaGenerator() + SigmaGenerator())(2)
    with pytest.raises(ArgumentError, match="`generators` must be one or more"):
        SumGenerator([])


@pytest.mark.parametrize("law", [SigmaGenerator(), GainGenerator(), GaussianBlurGenerator(5)], ids=repr)
def test_a_batch_is_what_one_after_the_other_is(law: ParameterGenerator) -> None:
    one_by_one, rng = [], seeded()
    for _ in range(7):
        one_by_one.append(law.draw(rng))
    for name, value in law.draw_batch(7, seeded()).items():
        torch.testing.assert_close(value, torch.stack([one[name] for one in one_by_one]), rtol=1e-12, atol=0)


def test_the_first_draw_is_the_generators_own_uniform_number() -> None:
    expected = torch.rand(1, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    got = SigmaGenerator(1, 3)(1, torch.Generator().manual_seed(5), dtype=torch.float64)["sigma"]
    torch.testing.assert_close(got, 1 + 2 * expected)
    torch.testing.assert_close(SigmaGenerator(1, 3).from_uniforms(expected[:, None])["sigma"], 1 + 2 * expected)


def test_random_numbers() -> None:
    expected = torch.rand(3, generator=seeded(), dtype=torch.float64)
    assert torch.equal(uniforms(3, seeded()), expected)
    torch.testing.assert_close(uniform_between(1.0, 3.0, 3, seeded()), 1 + 2 * expected)
    assert 1 <= uniform_between(1.0, 3.0, 1, None).item() < 3
    torch.testing.assert_close(uniform(1.0, 3.0, seeded()), 1 + 2 * expected[0])
    assert torch.equal(normal(3, seeded()), torch.randn(3, generator=seeded(), dtype=torch.float64))
    first, second = streams(2, seeded())
    assert not torch.equal(uniforms(2, first), uniforms(2, second))
    assert total_numbers([SigmaGenerator(), GaussianBlurGenerator(5)], max) == 3
    assert total_numbers([SigmaGenerator(), MotionBlurGenerator(5)], max) is None


def test_an_empty_batch_is_named() -> None:
    with pytest.raises(ArgumentError, match="`batch` must be at least 1"):
        SigmaGenerator()(0)
    with pytest.raises(NotImplementedError):
        ParameterGenerator().draw(None)


def test_what_is_repeated_in_a_parameter_is_written_out(rng: torch.Generator) -> None:
    mask = Phase2PhaseSplittingMaskGenerator((2, 4, 3, 3))(5, rng)["mask"]
    assert mask.dtype == torch.float32
    assert mask.is_contiguous()
    assert mask.untyped_storage().nbytes() == 4 * mask.numel()
    kept = mask[:, 0].clone()
    mask[:, 1] += 1
    assert torch.equal(mask[:, 0], kept)
