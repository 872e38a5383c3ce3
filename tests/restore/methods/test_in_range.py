import torch

from preimage.denoisers import Denoiser, Traits
from preimage.restore.methods.in_range import InRange


def test_below_its_range_a_model_is_blended_with_the_input():
    class Half(Denoiser):
        traits = Traits(sigma_range=(0.1, 0.5))

        def forward(self, x, sigma):
            assert float(torch.as_tensor(sigma).min()) >= 0.1 - 1e-7
            return x / 2

    x = torch.rand(2, 1, 5, 6)
    model = InRange(Half(), 2)
    assert torch.equal(model(x, 0.3), x / 2)
    assert torch.allclose(model(x, 0.05), x * (1 - 0.25 / 2))
    assert torch.allclose(model(x, torch.tensor([0.0, 0.2])), torch.cat([x[:1], x[1:] / 2]))


def test_bands_are_blended_like_the_whole(rng) -> None:
    class Halving(Denoiser):
        traits = Traits(1, (0.2, 1.0))

        def forward(self, x, sigma):
            return x / 2

        def bands(self, x, sigma):
            return (rows / 2 for rows in x.split(2, 2))

    x, denoiser = torch.rand(2, 1, 5, 3, generator=rng), InRange(Halving(), 2)
    for level, share in ((0.3, 1.0), (0.1, 0.25), (0.0, 0.0)):
        expected = x + share * (x / 2 - x)
        torch.testing.assert_close(denoiser(x, level), expected)
        bands = list(denoiser.bands(x, level))
        torch.testing.assert_close(torch.cat(bands, 2), expected)
        assert len(bands) == (3 if level else 1)
    assert denoiser(x[:0], 0.3).shape == (0, 1, 5, 3)
