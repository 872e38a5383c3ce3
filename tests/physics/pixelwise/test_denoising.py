import torch

from preimage.fidelity import likelihood
from preimage.physics import Denoising, GaussianNoise
from tests.example import LEVELS, Example

EXAMPLES = {
    Denoising: [Example(lambda: Denoising(GaussianNoise(LEVELS)), complex=True)],
}


def test_closed_forms() -> None:
    physics = Denoising(GaussianNoise(0.2))
    x = torch.rand(2, 3, 4, 5)
    assert physics.A(x) is x
    torch.testing.assert_close(physics.A_dagger(x), x)
    torch.testing.assert_close(physics.solve_shifted(x, torch.tensor([1.0, 3.0]))[1], x[1] / 4)
    assert physics.norm(torch.empty(2, 3, 4, 5)).tolist() == [1]


def test_the_default_data_term_is_least_squares_over_the_variance() -> None:
    y, x = torch.rand(2, 1, 4, 4), torch.rand(2, 1, 4, 4)
    f = likelihood(Denoising(GaussianNoise(0.2)), y)
    torch.testing.assert_close(f(x), ((x - y) ** 2).sum((1, 2, 3)) / 0.08)
    torch.testing.assert_close(f.grad(x), (x - y) / 0.04)


def test_volumes_and_complex_images() -> None:
    for x in (torch.rand(1, 2, 3, 4, 5), torch.rand(1, 1, 3, 4, dtype=torch.complex128)):
        assert torch.equal(Denoising().A_adjoint(x), x)
        torch.testing.assert_close(Denoising().A_dagger(x), x)
