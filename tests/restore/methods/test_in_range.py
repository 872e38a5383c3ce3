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
