import pytest
import torch

from preimage.denoisers import WaveletDenoiser
from tests.example import Example

EXAMPLES = {
    WaveletDenoiser: [
        Example(lambda: WaveletDenoiser("db2", 2), shape=(2, 3, 9, 11)),
        Example(lambda: WaveletDenoiser(("haar", "db2"), 2), shape=(2, 3, 9, 11)),
    ],
}


def test_several_wavelets_are_the_mean_of_their_estimates(rng: torch.Generator) -> None:
    x = torch.rand(2, 1, 17, 12, generator=rng)
    each = [WaveletDenoiser(name, 2)(x, 0.1) for name in ("haar", "db4")]
    torch.testing.assert_close(WaveletDenoiser(("haar", "db4"), 2)(x, 0.1), (each[0] + each[1]) / 2)


@pytest.mark.parametrize("channels", [1, 3])
def test_several_wavelets_beat_each_of_them_on_an_edge(channels: int, rng: torch.Generator) -> None:
    x = torch.zeros(1, channels, 32, 32)
    x[..., 10:25, 7:22] = 1
    y = x + 0.1 * torch.randn(x.shape, generator=rng)
    errors = [(WaveletDenoiser(w, 3)(y, 0.1) - x).square().mean() for w in ("haar", "db4", ("haar", "db4"))]
    assert errors[2] < min(errors[:2])
