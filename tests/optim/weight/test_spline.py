import numpy as np
import scipy.optimize
import torch

from preimage.optim.weight.spline import Spline


def test_spline_is_scipy_s():
    knots = torch.tensor([0.0, 1.0, 1.5, 3.0, 4.0], dtype=torch.float64)
    values = torch.tensor([1.0, -1.0, 0.5, 2.0, 0.0], dtype=torch.float64)
    theirs = scipy.interpolate.CubicSpline(knots.numpy(), values.numpy(), bc_type="natural")
    t = torch.linspace(0, 4, 41, dtype=torch.float64)
    for order, found in enumerate(Spline.through(knots, values)(t)):
        np.testing.assert_allclose(found.numpy(), theirs(t.numpy(), order), atol=1e-12)
