import torch

from preimage.training.recipes.exposures import exposed


def test_every_picture_has_one_factor_a_channel_near_one():
    x = torch.rand(200, 3, 4, 4, generator=torch.Generator().manual_seed(0)) * 0.5 + 0.01
    y = exposed(x, torch.Generator().manual_seed(1))
    factors = y / x
    assert float((factors - factors[..., :1, :1]).abs().max()) < 1e-5 or float(y.max()) == 1
    whole = factors.mean((1, 2, 3))
    assert 0.38 < float(whole.min()) < 0.5
    assert 1.4 < float(whole.max()) < 1.7
    balance = factors[:, 0, 0, 0] / factors[:, 1, 0, 0]
    assert 0.8 < float(balance.min()) < 0.95
    assert torch.equal(y, exposed(x, torch.Generator().manual_seed(1)))


def test_nothing_leaves_the_range():
    y = exposed(torch.ones(50, 1, 2, 2), torch.Generator().manual_seed(0))
    assert (float(y.max()), float(y.min()) > 0) == (1.0, True)
