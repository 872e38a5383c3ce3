import torch

from preimage.fidelity import likelihood
from preimage.optim import PGD, PMD, BurgEntropy, L1Prior, Variational
from tests.optim.problems import counts, lasso


def test_in_the_usual_geometry_it_is_proximal_gradient_descent():
    p = lasso()
    found = [Variational(a, p.prior, max_steps=20, tol=None)(p.y, p.physics) for a in (PMD(), PGD())]
    torch.testing.assert_close(found[0], found[1])


def test_one_step_minimises_its_model():
    # t g(u) + t <grad f(x), u> + D(u, x), compared with many other positive u.
    p = counts()
    f, g, potential = likelihood(p.physics, p.y), L1Prior(3.0), BurgEntropy()
    x = torch.full((3, 1, 1, 4), 0.8).double()
    algorithm = PMD(potential=potential).prepare(f, g, x)
    t, slope = torch.as_tensor(algorithm.step_size), f.grad(x)

    def model(u: torch.Tensor) -> torch.Tensor:
        return t * (g(u) + (slope * u).flatten(1).sum(1)) + potential.divergence(u, x)

    found = algorithm.step(f, g, algorithm.init(x)).x
    generator = torch.Generator().manual_seed(0)
    for scale in (1e-4, 1e-2, 1.0):
        for _ in range(20):
            other = found * (scale * torch.randn(x.shape, generator=generator).double()).exp()
            assert bool((model(other) >= model(found)).all())
