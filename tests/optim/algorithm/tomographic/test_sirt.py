import torch

from preimage.fidelity import likelihood
from preimage.optim import SIRT, Variational
from preimage.physics import Blur, Decolorize, GaussianNoise, stack
from tests.optim.problems import Dense, matrix_of, weighted


def test_one_step_is_the_formula():
    p = weighted()
    matrix, x = matrix_of(p.physics), torch.rand(3, 1, 1, 8, generator=torch.Generator().manual_seed(0)).double()
    f = likelihood(p.physics, p.y)
    algorithm = SIRT(relaxation=torch.tensor([0.5, 1.0, 1.5]).double()).prepare(f, p.prior, x)
    flat = x.flatten(1)
    step = ((p.y - flat @ matrix.mT) / matrix.sum(1)) @ matrix / matrix.sum(0)
    expected = (flat + torch.tensor([[0.5], [1.0], [1.5]]) * step).clamp_min(0)
    torch.testing.assert_close(algorithm.step(f, p.prior, algorithm.init(x)).x.flatten(1), expected)


def test_rows_and_columns_of_zeros_are_left_alone():
    matrix = torch.tensor([[2.0, 0.0], [0.0, 0.0]])
    x = Variational(SIRT(), max_steps=5, tol=None, init=lambda y, p: torch.full((1, 1, 1, 2), 3.0))
    found = x(torch.tensor([[1.0, 7.0]]), Dense(matrix, GaussianNoise(1.0)))
    assert found.flatten().tolist() == [0.5, 3.0]


def test_measurements_that_are_tuples(rng):
    physics = stack(Decolorize(), Blur(torch.full((3, 3), 1 / 9), "reflect"))
    image = torch.rand(2, 3, 6, 6, generator=rng)
    model = Variational(SIRT(), max_steps=300, tol=None)
    y = physics.A(image)
    left = [(a - b).norm() for a, b in zip(physics.A(model(y, physics)), y, strict=True)]
    assert max(left) < 0.05
