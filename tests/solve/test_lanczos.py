import pytest
import torch

from preimage.solve import spectral_norm


def test_the_norm_of_each_matrix_and_its_gradient() -> None:
    rng = torch.Generator().manual_seed(0)
    matrices = torch.randn(3, 7, 5, generator=rng, dtype=torch.float64, requires_grad=True)
    start = torch.randn(1, 5, generator=rng, dtype=torch.float64).expand(3, 5).clone()
    found = spectral_norm(
        lambda x: (matrices @ x[..., None])[..., 0], lambda y: (matrices.mT @ y[..., None])[..., 0], start
    )
    u, s, v = torch.linalg.svd(matrices.detach())
    torch.testing.assert_close(found.detach(), s[:, 0], rtol=1e-10, atol=0)
    (gradient,) = torch.autograd.grad(found.sum(), matrices)
    torch.testing.assert_close(gradient, u[:, :, :1] @ v[:, :1], rtol=0, atol=1e-4)


@pytest.mark.parametrize("factor", [0.0, 3.0])
def test_multiples_of_the_identity_need_one_step(factor: float) -> None:
    calls = []
    norm = spectral_norm(lambda x: calls.append(1) or factor * x, lambda y: factor * y, torch.ones(2, 1, 3, 3))
    assert norm.tolist() == pytest.approx([factor, factor])
    assert len(calls) <= 3
