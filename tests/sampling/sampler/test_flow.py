import torch

from preimage.sampling.sampler.flow import flow_slope
from tests.sampling.gaussian import MEAN, PRIOR, SPREAD


def test_it_is_the_derivative_of_the_flow() -> None:
    x, sigma = torch.tensor([0.5, 0.1, 1.5]).reshape(1, 1, 1, 3), torch.tensor(0.7)
    expected = sigma / (SPREAD.square() + sigma.square()) * (x - MEAN)
    torch.testing.assert_close(flow_slope(PRIOR, x, sigma), expected)
