import numpy as np
import torch

from preimage.optim import SURE, WeightRange, choose_weight
from preimage.optim.weight.divergence import draw_shifts
from tests.example import random
from tests.optim.weight.linear import MODEL, generator, linear


def test_divergence_is_unbiased():
    """The mean over probes of b^T H b is the trace, to within three standard errors."""
    problem = linear(1, diagonal=False)
    probes = 30
    choice = choose_weight(
        MODEL,
        problem.y,
        problem.physics,
        SURE(probes),
        WeightRange(low=0.01, high=10.0, points=3, tol=9.0),
        rng=generator(),
    )
    weight = choice.weights[1, 0].item()
    hat = problem.hat(weight)
    deviation = np.sqrt(2 * (np.sum(hat**2) - np.sum(np.diag(hat) ** 2)) / probes)
    found = choice.series["divergence"][1, 0].item() * 36
    assert 0 < abs(found - np.trace(hat)) < 3 * deviation


def test_shifts_are_signs_of_the_size_of_each_sample():
    y = random(3, 1, 4, 5).double() * torch.tensor([1.0, 10.0, 0.0])[:, None, None, None]
    (shift,) = draw_shifts(y, 0.1, 1, generator())
    rms = y.square().flatten(1).mean(1).sqrt()
    torch.testing.assert_close(shift.abs().flatten(1), (0.1 * rms.where(rms > 0, 1))[:, None].expand(3, 20))
    assert torch.equal(shift[0].sign(), shift[1].sign())
    assert set(shift.sign().flatten().tolist()) == {-1.0, 1.0}
