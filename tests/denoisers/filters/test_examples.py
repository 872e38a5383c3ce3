import pytest
import torch

from preimage.denoisers import ExampleDenoiser
from preimage.errors import ArgumentError, ShapeError
from tests.example import Example

KNOWN = torch.tensor([[0.0, 0.0], [1.0, 0.5]]).reshape(2, 1, 1, 2)
EXAMPLES = {
    ExampleDenoiser: [
        Example(lambda: ExampleDenoiser(torch.linspace(0, 1, 3 * 20).reshape(3, 1, 4, 5), 0.2), (2, 1, 4, 5))
    ]
}


@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_it_is_the_mean_of_the_mixture(spread: float) -> None:
    x, sigma = torch.tensor([[0.7, 0.2]]), 0.4
    total = torch.tensor(spread**2 + sigma**2)
    laws = [torch.distributions.MultivariateNormal(e.flatten(), total * torch.eye(2)) for e in KNOWN]
    weights = torch.stack([law.log_prob(x[0]) for law in laws]).softmax(0)
    means = torch.stack([e.flatten() + spread**2 / total * (x[0] - e.flatten()) for e in KNOWN])
    found = ExampleDenoiser(KNOWN, spread)(x.reshape(1, 1, 1, 2), sigma)
    torch.testing.assert_close(found.flatten(), weights @ means)


def test_without_noise_it_is_the_nearest_example() -> None:
    found = ExampleDenoiser(KNOWN)(torch.tensor([[0.2, 0.1], [0.9, 0.1]]).reshape(2, 1, 1, 2), torch.tensor([0.0, 0.0]))
    assert torch.equal(found, KNOWN)


def test_what_it_cannot_take_is_told() -> None:
    with pytest.raises(ShapeError, match="N >= 1"):
        ExampleDenoiser(KNOWN[:0])
    with pytest.raises(ShapeError, match="pad it"):
        ExampleDenoiser(KNOWN)(torch.zeros(1, 1, 2, 2), 0.1)
    with pytest.raises(ArgumentError, match="`spread`"):
        ExampleDenoiser(KNOWN, -1.0)
