import math

import pytest
import scipy.optimize
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import BregmanL2, BurgEntropy, L1Prior, NegEntropy, TVPrior
from tests.example import Example
from tests.optim.problems import counts, matrix_of, stacked

EXAMPLES = {
    BregmanL2: [Example(BregmanL2, complex=True)],
    BurgEntropy: [Example(BurgEntropy)],
    NegEntropy: [Example(NegEntropy)],
}


def test_divergences_by_hand():
    x, y = torch.tensor([[[[2.0, 1.0]]]]), torch.tensor([[[[1.0, 3.0]]]])
    # 1/2 |x - y|^2; Itakura and Saito: x / y - log(x / y) - 1; Kullback and Leibler: x log(x / y) - x + y.
    assert float(BregmanL2().divergence(x, y)) == pytest.approx(2.5)
    assert float(BurgEntropy().divergence(x, y)) == pytest.approx(2 - math.log(2) - 1 + 1 / 3 + math.log(3) - 1)
    assert float(NegEntropy().divergence(x, y)) == pytest.approx(2 * math.log(2) - 2 + 1 - math.log(3) - 1 + 3)
    assert float(BurgEntropy().divergence(x, x)) == 0


@pytest.mark.parametrize("potential", [BregmanL2(), BurgEntropy(), NegEntropy()], ids=lambda p: type(p).__name__)
def test_the_gradient_of_the_conjugate_inverts_the_gradient(potential, rng):
    x = 0.1 + torch.rand(2, 1, 3, 3, generator=rng).double()
    torch.testing.assert_close(potential.grad_conjugate(potential.grad(x)), x)


@pytest.mark.parametrize("potential", [BurgEntropy(), NegEntropy()], ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("prior", [Zero(), L1Prior(0.6)], ids=lambda p: type(p).__name__)
def test_proxes_by_brute_force(potential, prior):
    z = torch.tensor([-0.5, -2.0]).double().reshape(2, 1, 1, 1)
    found = potential.prox(prior, z, torch.tensor([0.5, 2.0]).double()).flatten().tolist()
    for value, slope, step in zip(found, (-0.5, -2.0), (0.5, 2.0), strict=True):

        def model(u: float, slope: float = slope, step: float = step) -> float:
            x = torch.full((1, 1, 1, 1), u, dtype=torch.float64)
            return float(step * prior(x) + potential(x) - slope * u)

        best = scipy.optimize.minimize_scalar(model, bounds=(1e-6, 10), method="bounded", options={"xatol": 1e-10})
        assert value == pytest.approx(best.x, abs=1e-6)


def test_counts_are_smooth_relative_to_the_burg_entropy():
    # The Hessian of L phi - f is positive semidefinite wherever we look, and not far from singular somewhere.
    for background in (0.0, 0.1):
        p = counts(background)
        f, matrix = likelihood(p.physics, p.y), matrix_of(p.physics)
        constant = BurgEntropy().relative_lipschitz(f, p.minimiser)
        torch.testing.assert_close(constant, p.y.sum(1) / 0.001)
        generator, least = torch.Generator().manual_seed(0), []
        for _ in range(200):
            x = (3 * torch.randn(4, generator=generator).double()).exp()
            hessian = matrix.mT * (p.y[0] / (matrix @ x + background) ** 2 / 0.001) @ matrix
            relative = torch.linalg.eigvalsh(x[:, None] * hessian * x)  # relative to phi'' = 1 / x^2
            assert bool((relative <= constant[0] * (1 + 1e-12)).all())
            least.append(float(relative[-1] / constant[0]))
        assert max(least) > 0.9
    several = stacked(lambda: counts(0.1), 2)
    total = BurgEntropy().relative_lipschitz(likelihood(several.physics, several.y), several.minimiser)
    torch.testing.assert_close(total, constant)


def test_a_missing_closed_form_is_named():
    with pytest.raises(
        CapabilityError,
        match=r"prior must be linear on positive images for NegEntropy, .* got TVPrior",
    ):
        NegEntropy().prox(TVPrior(0.1), torch.zeros(1, 1, 2, 2), 1.0)
    with pytest.raises(CapabilityError, match="give step_size"):
        NegEntropy().relative_lipschitz(L1Prior(0.1), torch.zeros(1, 1, 2, 2))
