import pytest
import torch

from preimage.kernels.pointwise.in_place import product_over


def test_what_nobody_else_has_is_written_over(rng: torch.Generator) -> None:
    x = torch.rand(2, 3, generator=rng)
    z = 2 * x
    wanted = 3 * z
    assert product_over(z, 3, x) is z
    assert torch.equal(z, wanted)


@pytest.mark.parametrize(
    "view", [lambda x: x, lambda x: x.mT, lambda x: (1 * x)[:1], lambda x: (1 * x[:1]).expand(2, 3)]
)
def test_views_and_parts_are_kept(view, rng: torch.Generator) -> None:
    x = torch.rand(2, 3, generator=rng)
    before, z = x.clone(), view(x)
    kept = z.clone()
    result = product_over(z, 3, x)
    assert torch.equal(result, 3 * kept)
    assert torch.equal(x, before)
    assert torch.equal(z, kept)


def test_larger_and_finer_factors_make_what_they_always_made(rng: torch.Generator) -> None:
    x = torch.rand(2, 3, generator=rng)
    for factor in (torch.rand(4, 1, 1), torch.rand(2, 3, dtype=torch.float64), torch.tensor(1j), 2j):
        z = 2 * x
        result = product_over(z, factor, x)
        torch.testing.assert_close(result, factor * (2 * x))


def test_what_is_recorded_is_kept() -> None:
    x = torch.ones(3, requires_grad=True)
    z = x.exp()
    product_over(z, 2, x).sum().backward()
    torch.testing.assert_close(x.grad, 2 * x.detach().exp())
    assert torch.equal(
        torch.func.vmap(lambda one: product_over(2 * one, 3, one))(torch.ones(2, 3)), 6 * torch.ones(2, 3)
    )
