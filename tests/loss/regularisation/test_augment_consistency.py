import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss import AugmentConsistencyLoss
from preimage.metric import MAE
from preimage.physics import Denoising, Inpainting
from preimage.transform import Dihedral, RandomNoise, Reflect
from tests.example import SEEN, Example, random
from tests.loss.draws import assert_mean

EXAMPLES = {
    AugmentConsistencyLoss: [
        Example(lambda: AugmentConsistencyLoss(RandomNoise()), complex=True, physics=Denoising),
        Example(lambda: AugmentConsistencyLoss(RandomNoise(), Reflect(), MAE()), physics=lambda: Inpainting(SEEN)),
    ]
}


def test_noise_counts_as_much_as_the_network_lets_through() -> None:
    x = random(1, 1, 5, 6).double().expand(4000, -1, -1, -1)
    loss = AugmentConsistencyLoss(RandomNoise(0.2, 0.2))
    found = loss(x / 2, None, x, Denoising(), lambda y, physics: y / 2, rng=torch.Generator().manual_seed(0))
    assert_mean(found, 0.1**2)


def test_a_reconstruction_that_knows_its_operator_is_consistent_under_turns() -> None:
    physics = Inpainting((random(5, 5) > 0.4).double())
    y = physics.A(random(8, 1, 5, 5).double())
    rng = torch.Generator().manual_seed(0)

    def good(y: torch.Tensor, physics: Inpainting) -> torch.Tensor:
        return physics.A_adjoint(y) ** 2

    def bad(y: torch.Tensor, physics: Inpainting) -> torch.Tensor:
        return good(y, physics).cumsum(-1)

    loss = AugmentConsistencyLoss(image=Dihedral())
    assert loss(good(y, physics), None, y, physics, good, rng=rng).max() < 1e-28
    assert loss(bad(y, physics), None, y, physics, bad, rng=rng).max() > 1e-3


def test_what_it_is_compared_with_has_no_gradient() -> None:
    x_hat = random(2, 1, 4, 4).requires_grad_()
    loss = AugmentConsistencyLoss(RandomNoise())(x_hat, None, x_hat.detach(), Denoising(), lambda y, physics: y)
    assert not loss.requires_grad


def test_nothing_to_change_is_told() -> None:
    with pytest.raises(ArgumentError, match="`measurement` or `image` must be a transform"):
        AugmentConsistencyLoss()
