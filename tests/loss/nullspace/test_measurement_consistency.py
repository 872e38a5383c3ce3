import torch

from preimage.loss import MCLoss
from preimage.metric import MAE, PSNR
from preimage.physics import BlurFFT, Denoising, GaussianNoise, Inpainting, stack
from tests.example import SEEN, Example, kernel, random

EXAMPLES = {
    MCLoss: [
        Example(MCLoss, complex=True, physics=Denoising),
        Example(lambda: MCLoss(PSNR()), physics=lambda: Inpainting(SEEN, GaussianNoise(0.1))),
        Example(lambda: MCLoss(MAE()), physics=lambda: stack(Inpainting(SEEN), BlurFFT(kernel(3, 3)))),
    ]
}

X, Z = random(2, 3, 6, 5), random(2, 3, 6, 5, seed=1)


def test_it_counts_what_is_measured() -> None:
    physics = Inpainting(SEEN)
    y = torch.where(SEEN, physics.A(X), torch.nan)
    expected = (Z - X)[:, :, SEEN].square().flatten(1).mean(1)
    torch.testing.assert_close(MCLoss()(Z, None, y, physics, lambda y, p: y), expected)
    torch.testing.assert_close(
        MCLoss(MAE())(Z, None, y, physics, lambda y, p: y), (SEEN * (Z - X)).abs().flatten(1).mean(1)
    )


def test_the_sensors_of_a_stack_add_up() -> None:
    first, second = Inpainting(SEEN), BlurFFT(kernel(3, 3))
    both = stack(first, second)
    found = MCLoss(MAE())(Z, None, both.A(X), both, lambda y, p: y)
    parts = [MCLoss(MAE())(Z, None, physics.A(X), physics, lambda y, p: y) for physics in (first, second)]
    torch.testing.assert_close(found, parts[0] + parts[1])
