import torch

from preimage.blind.kernel.edges import next_differences
from preimage.blind.kernel.fit import normal_equations
from preimage.blind.kernel.pyramid import inner
from preimage.physics import Blur
from tests.blind.kernel.scenes import shapes


def pair() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A sharp picture, the blurred one of the same frame, and a kernel that is not symmetric."""
    kernel = torch.zeros(5, 5)
    kernel[0, 1], kernel[1, 1], kernel[2, 2], kernel[3, 4] = 0.4, 0.3, 0.2, 0.1
    x = shapes(64)[0]
    return x[2:-2, 2:-2], Blur(kernel[None, None], "valid").A(x[None, None])[0, 0], kernel


def test_the_kernel_between_two_pictures_is_found() -> None:
    sharp, y, kernel = pair()
    found = normal_equations(next_differences(sharp), next_differences(y), inner(y, 4), 7).solve(ridge=1e-4, steps=200)
    assert abs(float(found.sum()) - 1) < 1e-5
    torch.testing.assert_close(found[1:-1, 1:-1], kernel, rtol=0, atol=0.02)


def test_it_is_that_of_least_squares() -> None:
    """Against the dense matrix of all displacements, in the middle of a large frame."""
    sharp, y, _ = pair()
    seen, s, t = inner(y, 6), next_differences(sharp), next_differences(y)
    columns = [s.roll((i, j), (1, 2)) * seen for i in (-1, 0, 1) for j in (-1, 0, 1)]
    dense = torch.stack([column.flatten() for column in columns], 1)
    equations = normal_equations(s, t, seen, 3)
    torch.testing.assert_close(equations.right.flatten(), dense.T @ (t * seen).flatten(), rtol=1e-4, atol=1e-3)
    units = torch.eye(9).view(9, 3, 3)
    gram = equations.applied(units).reshape(9, 9)
    assert float((gram - dense.T @ dense).norm() / gram.norm()) < 0.08


def test_the_true_kernel_explains_most() -> None:
    sharp, y, kernel = pair()
    equations = normal_equations(next_differences(sharp), next_differences(y), inner(y, 4), 5)
    others = torch.stack([kernel, kernel.flip(0), torch.ones(5, 5) / 25])
    share = equations.explained(others)
    assert float(share[0]) > 0.98
    assert int(share.argmax()) == 0


def test_a_flat_picture_gives_no_kernel() -> None:
    flat = torch.zeros(2, 20, 20)
    assert not bool(normal_equations(flat, flat, torch.ones(20, 20), 5).solve().any())
