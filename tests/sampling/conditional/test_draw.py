import torch

from preimage.physics import NoNoise
from preimage.sampling import Chains
from preimage.sampling.conditional import conditional_draw, levels_below
from tests.sampling.conditional.oracle import ROOT, TRUTH, WEIGHTS, weighted_sum

GUESS, Y = TRUTH.expand(1, 3, 80, 60), torch.ones(1, 1, 80, 60)


def test_mean_and_covariance_are_those_of_two_gaussians() -> None:
    x = conditional_draw(weighted_sum(0.3), Y)(GUESS, torch.tensor(0.16), Chains.seeded(0, 1))[0].flatten(1)
    variance = ROOT**2 * 0.3**2
    covariance = (torch.outer(WEIGHTS, WEIGHTS) / variance + torch.eye(3) / 0.16).inverse()
    mean = covariance @ (WEIGHTS / variance + TRUTH.flatten() / 0.16)
    torch.testing.assert_close(x.mean(1), mean, rtol=0, atol=0.02)
    torch.testing.assert_close(x.cov(), covariance, rtol=0.06, atol=0.006)


def test_without_noise_only_the_null_space_is_left_open() -> None:
    physics = weighted_sum(0.3).with_noise(NoNoise())
    x = conditional_draw(physics, Y)(GUESS, torch.tensor(0.16), Chains.seeded(0, 1))
    torch.testing.assert_close(physics.A(x), Y)
    left = 0.16 * (torch.eye(3) - torch.outer(WEIGHTS, WEIGHTS) / ROOT**2)
    torch.testing.assert_close(x[0].flatten(1).cov(), left, rtol=0.06, atol=0.006)


def test_levels_go_to_zero_by_way_of_the_lowest() -> None:
    torch.testing.assert_close(levels_below(torch.tensor(1.0), 0.1, 2), torch.tensor([1.0, 0.1, 0.0]))
    assert levels_below(torch.tensor(0.1), 0.1, 5).tolist() == torch.tensor([0.1, 0.0]).tolist()
