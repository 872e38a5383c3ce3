import pytest
import torch
from torch import Tensor

from preimage.errors import FieldError
from preimage.fidelity import Likelihood, likelihood
from preimage.physics import GaussianNoise, Physics
from preimage.physics.noise import Noise


class Haze(Physics):
    """``A x = x exp(-depth) + (1 - exp(-depth))``, and its intensity squared: not linear."""

    def __init__(self, depth: float | Tensor, noise: Noise | None = None) -> None:
        super().__init__(noise)
        self.depth = depth

    def A(self, x: Tensor) -> Tensor:
        seen = torch.exp(-torch.as_tensor(self.depth, dtype=x.dtype)).reshape(-1, 1, 1, 1)
        return (x * seen + 1 - seen).square()


def test_pullback_is_the_closed_form() -> None:
    x, v = torch.rand(2, 1, 3, 3).double(), torch.rand(2, 1, 3, 3).double()
    seen = torch.exp(torch.tensor(-0.5, dtype=torch.float64))
    torch.testing.assert_close(Haze(0.5).vjp(x, v), v * 2 * (x * seen + 1 - seen) * seen)


def test_parameters_of_a_call_are_for_that_call(rng: torch.Generator) -> None:
    physics = Haze(0.5, GaussianNoise(0.1))
    x = torch.rand(2, 1, 100, 100)
    y = physics(x, rng, depth=torch.tensor([0.0, 1.0]), sigma=torch.tensor([1e-6, 0.5]))
    torch.testing.assert_close(y[0], x[0] ** 2, rtol=0, atol=1e-4)
    assert (y[1] - Haze(1.0).A(x[1:])[0]).std().item() == pytest.approx(0.5, rel=0.05)
    assert physics.depth == 0.5
    with pytest.raises(FieldError, match=r"`kernel` must be one field of Haze .* fields: depth, noise, sigma"):
        physics(x, kernel=x)


def test_the_default_data_term_scores_with_the_noise() -> None:
    physics = Haze(0.5, GaussianNoise(0.1))
    x, y = torch.rand(2, 1, 3, 3).double(), torch.rand(2, 1, 3, 3).double()
    f = likelihood(physics, y)
    assert type(f) is Likelihood
    torch.testing.assert_close(f(x), (physics.A(x) - y).square().sum((1, 2, 3)) / 0.02)
    torch.testing.assert_close(f.grad(x), physics.vjp(x, (physics.A(x) - y) / 0.01))


def test_gradients_flow_to_parameters() -> None:
    depth = torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    x = torch.rand(2, 1, 3, 3).double()
    assert torch.autograd.gradcheck(lambda d: Haze(0.1)(x, depth=d), depth)


def test_it_shows_itself_in_a_notebook() -> None:
    markup = Haze(torch.rand(4, 4), GaussianNoise(0.1))._repr_html_()
    assert markup.count("<img") == 1
    assert "GaussianNoise(sigma=0.1)" in markup
