import torch

from preimage.optim.prior._ball import into_ball


def test_the_largest_scale_that_fits() -> None:
    size = torch.tensor([[1.0, 2.0], [0.5, 0.0], [0.0, 0.0], [8.0, 1.0]])
    assert into_ball(size, torch.tensor(1.0)).tolist() == [0.5, 1, 1, 0.125]
    assert into_ball(size, torch.tensor([[4.0], [0.25], [1.0], [0.0]])).tolist() == [1, 0.5, 1, 0]
