import torch

from preimage.loss import TVLoss
from preimage.physics import Denoising
from tests.example import Example

EXAMPLES = {
    TVLoss: [
        Example(TVLoss, complex=True, physics=Denoising),
        Example(lambda: TVLoss(coupled=True, isotropic=False), shape=(2, 1, 3, 4, 5), physics=Denoising),
    ]
}


def test_a_step_counts_by_its_length() -> None:
    x = torch.zeros(2, 1, 4, 5)
    x[0, :, :, 2:] = 3.0
    loss = TVLoss()(x, None, x, Denoising(), lambda y, physics: y)
    torch.testing.assert_close(loss, torch.tensor([3.0 * 4 / 20, 0.0]))
    x = torch.tensor([[[[0.0, 3.0], [4.0, 0.0]]]])
    both, apart = (
        TVLoss(isotropic=isotropic)(x, None, x, Denoising(), lambda y, physics: y) for isotropic in (True, False)
    )
    torch.testing.assert_close(both, torch.tensor([(5 + 3 + 4) / 4]))
    torch.testing.assert_close(apart, torch.tensor([(3 + 4 + 3 + 4) / 4]))
