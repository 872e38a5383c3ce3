import torch

from preimage.sampling import DenoisedPoint
from tests.sampling.gaussian import PRIOR, SPREAD


def test_it_has_the_value_and_the_derivative_also_where_nothing_is_recorded() -> None:
    x, sigma, u = torch.tensor([0.1, 0.2, 0.3]).reshape(1, 1, 1, 3), torch.tensor(0.5), torch.ones(1, 1, 1, 3)
    with torch.inference_mode():
        point = DenoisedPoint(PRIOR, x + 0, sigma)
        torch.testing.assert_close(point.value, PRIOR(x, sigma))
        for last in (False, True):
            expected = (SPREAD.square() / (SPREAD.square() + 0.25)).reshape(1, 1, 1, 3)
            torch.testing.assert_close(point.pull_back(u, last), expected)
