import torch

from preimage.fidelity import likelihood
from preimage.optim import GD, MD, BurgEntropy, NegEntropy, Tikhonov, Variational
from tests.optim.problems import counts, ridge


def test_in_the_usual_geometry_it_is_gradient_descent():
    p = ridge()
    found = [Variational(a, p.prior, max_steps=20, tol=None)(p.y, p.physics) for a in (MD(), GD())]
    torch.testing.assert_close(found[0], found[1])


def test_with_the_entropy_it_is_the_exponentiated_gradient():
    p = counts()
    f, x = likelihood(p.physics, p.y), torch.full((3, 1, 1, 4), 0.8).double()
    algorithm = MD(step_size=1e-4, potential=NegEntropy())
    found = algorithm.step(f, Tikhonov(2.0), algorithm.init(x)).x
    torch.testing.assert_close(found, x * (-1e-4 * (f.grad(x) + 2 * x)).exp())


def test_the_likelihood_of_counts_never_falls_with_the_default_step():
    for background in (0.0, 0.1):
        p = counts(background)
        model = Variational(MD(potential=BurgEntropy()), max_steps=100, tol=None)
        values = model.solve(p.y, p.physics, trace=True).history.series["objective"]
        assert bool((values.diff(dim=0) <= 1e-9 * values[0].abs()).all())


def test_a_start_outside_the_domain_is_moved_into_it():
    x = torch.tensor([[2.0, 0.0, -1.0], [0.0, 0.0, 0.0]]).reshape(2, 1, 1, 3)
    start = MD(potential=BurgEntropy()).init(x).x
    torch.testing.assert_close(start.flatten(1), torch.tensor([[2.0, 0.001, 0.001], [1.0, 1.0, 1.0]]))
