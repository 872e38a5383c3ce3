import torch

from preimage.physics import Denoising, GaussianNoise
from preimage.sampling import conditional_mean


def test_two_gaussians_meet_by_their_variances() -> None:
    y, d = torch.tensor([[[[1.0]]]]), torch.tensor([[[[0.0]]]])
    found = conditional_mean(Denoising(GaussianNoise(0.5)), y)(d, torch.tensor(0.75))
    torch.testing.assert_close(found, torch.tensor([[[[0.75]]]]))
