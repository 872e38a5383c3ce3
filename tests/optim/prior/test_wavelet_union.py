import torch

from preimage.optim.prior._wavelet_union import details, prox_of_union
from preimage.transform import Wavelet
from tests.example import random

X = random(2, 1, 8, 8).double()


def test_details_have_no_approximation() -> None:
    transform = Wavelet("haar", 2)
    kept = transform.synthesis(details(transform, X))
    torch.testing.assert_close(kept.mean((-1, -2)), torch.zeros(2, 1).double())
    flat = torch.full_like(X, 0.3)
    torch.testing.assert_close(details(transform, flat), torch.zeros_like(X))


def test_of_one_transform_it_is_the_soft_threshold() -> None:
    transform, threshold = Wavelet("haar", 1), torch.full((1, 1, 1, 1), 0.2).double()
    solution = prox_of_union(X, threshold, [transform], 1e-12, 500)
    assert bool(solution.converged.all())
    c = transform.analysis(X)
    low = transform.approximation(c).clone()
    c = c.sign() * (c.abs() - 0.2).clamp_min(0)
    transform.approximation(c).copy_(low)
    torch.testing.assert_close(solution.x, transform.synthesis(c), rtol=0, atol=1e-5)


def test_flat_images_stay() -> None:
    flat = torch.full_like(X, 0.3)
    solution = prox_of_union(flat, torch.ones(1, 1, 1, 1).double(), [Wavelet("haar", 1), Wavelet("db2", 1)], 1e-6, 100)
    torch.testing.assert_close(solution.x, flat)
    assert solution.steps.tolist() == [0, 0]
