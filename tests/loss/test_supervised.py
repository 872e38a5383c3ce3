import torch

from preimage.loss import SupLoss
from preimage.metric import PSNR
from preimage.physics import Denoising
from tests.example import Example

EXAMPLES = {SupLoss: [Example(SupLoss), Example(lambda: SupLoss(PSNR()))]}


def test_it_is_the_metric_turned_so_that_less_is_better() -> None:
    x, x_hat = torch.zeros(2, 1, 2, 2), torch.full((2, 1, 2, 2), 0.1)
    loss = SupLoss(PSNR())(x_hat, x, x, Denoising(), lambda y, physics: y)
    torch.testing.assert_close(loss, torch.tensor([-20.0, -20.0]))
