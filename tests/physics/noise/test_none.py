import torch

from preimage.physics import GaussianNoise, NoNoise
from tests.example import Example

EXAMPLES = {
    NoNoise: [Example(NoNoise, complex=True)],
}


def test_it_is_least_squares_without_draws() -> None:
    z, y = torch.rand(2, 1, 3, 3), torch.rand(2, 1, 3, 3)
    noise = NoNoise()
    assert noise.sample(z) is z
    torch.testing.assert_close(noise.nll(z, y), 0.5 * ((z - y) ** 2).sum((1, 2, 3)))
    torch.testing.assert_close(noise.grad(z, y), z - y)
    torch.testing.assert_close(noise.prox(z, y, 0.5), (z + 0.5 * y) / 1.5)
    assert noise.is_absent
    assert not GaussianNoise(0.0).is_absent
