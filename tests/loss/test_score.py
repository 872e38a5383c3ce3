import torch

from preimage.loss.score import penalty
from preimage.metric import MAE, PSNR


def test_less_is_better() -> None:
    x, x_hat = torch.zeros(2, 1, 2, 2), torch.full((2, 1, 2, 2), 0.1)
    torch.testing.assert_close(penalty(PSNR(), x_hat, x), torch.tensor([-20.0, -20.0]))
    torch.testing.assert_close(penalty(MAE(), x_hat, x), torch.tensor([0.1, 0.1]))
