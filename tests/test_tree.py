import torch

from preimage import _tree


def test_arithmetic_is_that_of_the_concatenation() -> None:
    rng = torch.Generator().manual_seed(0)

    def draw() -> tuple:
        return torch.rand(2, 3, generator=rng), (torch.rand(2, 1, 2, generator=rng), torch.rand(2, 4, generator=rng))

    def flat(tree: tuple) -> torch.Tensor:
        return torch.cat([leaf.flatten(1) for leaf in _tree.leaves(tree)], 1)

    a, b, factor = draw(), draw(), torch.tensor([2.0, -1.0])
    torch.testing.assert_close(flat(_tree.add(a, b)), flat(a) + flat(b))
    torch.testing.assert_close(flat(_tree.subtract(a, b)), flat(a) - flat(b))
    torch.testing.assert_close(flat(_tree.scale(factor, a)), factor[:, None] * flat(a))
    torch.testing.assert_close(flat(_tree.scale(3, a)), 3 * flat(a))
    torch.testing.assert_close(_tree.dot(a, b), (flat(a) * flat(b)).sum(1))
    torch.testing.assert_close(_tree.norm(a), flat(a).norm(dim=1))


def test_the_inner_product_of_complex_numbers_is_that_of_pairs() -> None:
    a, b = torch.randn(2, 3, 4, dtype=torch.complex128), torch.randn(2, 3, 4, dtype=torch.complex128)
    expected = (torch.view_as_real(a) * torch.view_as_real(b)).flatten(1).sum(1)
    torch.testing.assert_close(_tree.dot(a, b), expected)
