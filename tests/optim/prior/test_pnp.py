import torch

from preimage.denoisers import FFDNet
from preimage.optim import PGD, PnP, Variational
from preimage.physics import Denoising, GaussianNoise
from tests.doubles import Shrink
from tests.example import LEVELS, Example

EXAMPLES = {
    PnP: [Example(lambda: PnP(FFDNet(3, width=4, depth=3), weight=LEVELS))],
}


def test_the_denoiser_is_asked_for_the_square_root_of_weight_times_step():
    x = torch.rand(2, 1, 3, 3)
    torch.testing.assert_close(PnP(Shrink(), 4.0).prox(x, 0.25), x / 2)
    per_image = PnP(Shrink(), 4.0).prox(x, torch.tensor([0.25, 0.5]))
    torch.testing.assert_close(per_image, x / torch.tensor([2.0, 3.0]).reshape(2, 1, 1, 1))


def test_with_an_exact_prox_plug_and_play_is_the_variational_solution():
    y = torch.rand(2, 1, 3, 3, dtype=torch.float64)
    x = Variational(PGD(), PnP(Shrink(), 3.0), tol=1e-12)(y, Denoising(GaussianNoise(1.0)))
    torch.testing.assert_close(x, y / 4, rtol=0, atol=1e-9)  # min 1/2 (x - y)^2 + 3/2 x^2
