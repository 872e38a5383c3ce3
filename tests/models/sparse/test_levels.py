import torch

from preimage.models.sparse.levels import interpolate_levels
from tests.models.problems import normal

LEVELS = torch.tensor([0.1, 0.2, 0.6], dtype=torch.float64)
VALUES = normal(3, 2, 4)


def at(*level, levels=LEVELS, values=VALUES):
    return interpolate_levels(values, levels, torch.tensor(level, dtype=torch.float64))


def test_exact_at_the_levels():
    torch.testing.assert_close(at(0.1, 0.2, 0.6), VALUES, rtol=1e-15, atol=0)


def test_linear_between():
    expected = torch.stack([0.5 * (VALUES[0] + VALUES[1]), 0.75 * VALUES[1] + 0.25 * VALUES[2]])
    torch.testing.assert_close(at(0.15, 0.3), expected, rtol=1e-14, atol=1e-15)


def test_proportional_outside():
    expected = torch.stack([0 * VALUES[0], 0.5 * VALUES[0], 1.5 * VALUES[2]])
    torch.testing.assert_close(at(0.0, 0.05, 0.9), expected, rtol=1e-14, atol=0)


def test_a_single_level_is_a_scale():
    found = at(0.05, 0.3, levels=LEVELS[:1], values=VALUES[:1])
    torch.testing.assert_close(found, torch.stack([0.5 * VALUES[0], 3 * VALUES[0]]), rtol=1e-14, atol=0)


def test_a_single_zero_does_not_depend_on_the_level():
    found = at(0.0, 0.05, 3.0, levels=0 * LEVELS[:1], values=VALUES[:1])
    assert torch.equal(found, VALUES[:1].expand(3, -1, -1))


def test_gradients():
    level = torch.tensor([0.05, 0.15, 0.5, 0.7], dtype=torch.float64, requires_grad=True)
    values = VALUES.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda v, s: interpolate_levels(v, LEVELS, s), (values, level))
