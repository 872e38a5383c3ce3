import pytest
import torch

from preimage.optim import PatchFlow


def some_flow(dim: int, blocks: int = 3, spread: float = 0.5) -> PatchFlow:
    """A flow with random weights, the last layers included."""
    torch.manual_seed(1)
    flow = PatchFlow(dim, blocks, width=8).double()
    with torch.no_grad():
        for parameter in flow.parameters():
            parameter.add_(spread * torch.randn_like(parameter))
    return flow


@pytest.mark.parametrize("dim", [2, 5, 8])
def test_log_determinant_is_that_of_the_jacobian(dim: int, rng: torch.Generator) -> None:
    flow, v = some_flow(dim), torch.randn(3, dim, generator=rng, dtype=torch.float64)
    z, log_det = flow.latent(v)
    jacobian = torch.autograd.functional.jacobian(lambda u: flow.latent(u)[0], v).diagonal(dim1=0, dim2=2)
    torch.testing.assert_close(log_det, torch.linalg.slogdet(jacobian.permute(2, 0, 1)).logabsdet)
    normal = torch.distributions.Normal(0, 1).log_prob(z).sum(1)
    torch.testing.assert_close(flow.log_prob(v), normal + log_det)
    torch.testing.assert_close(flow(v), -normal - log_det)
    assert float(log_det.detach().abs().min()) > 0.1


@pytest.mark.parametrize("dim", [2, 5, 8])
def test_inverse(dim: int, rng: torch.Generator) -> None:
    flow, z = some_flow(dim), torch.randn(4, dim, generator=rng, dtype=torch.float64)
    v = flow.inverse(z)
    torch.testing.assert_close(flow.latent(v)[0], z)
    assert float((v - z).detach().abs().max()) > 0.1


def test_the_density_has_integral_one() -> None:
    flow, axis = some_flow(2, 2, spread=0.2), torch.linspace(-15, 15, 401, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    with torch.no_grad():
        mass = flow.log_prob(grid).exp().sum() * (axis[1] - axis[0]) ** 2
    assert float(mass) == pytest.approx(1, abs=1e-3)


def test_it_begins_as_a_permutation(rng: torch.Generator) -> None:
    flow, v = PatchFlow(7, 4, 8), torch.randn(2, 7, generator=rng)
    z, log_det = flow.latent(v)
    assert torch.equal(z.sort().values, v.sort().values)
    assert not torch.equal(z, v)
    assert log_det.tolist() == [0, 0]
