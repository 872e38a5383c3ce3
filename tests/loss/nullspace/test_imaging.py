from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError
from preimage.loss import EILoss, Loss, MCLoss, MOEILoss, MOILoss
from preimage.metric import MAE
from preimage.physics import BlurFFT, CompressedSensing, GaussianNoise, Inpainting, Physics
from preimage.physics.generators import BernoulliSplittingMaskGenerator
from preimage.transform import Reflect, Shift
from tests.example import SEEN, Example, kernel, random
from tests.loss.draws import smooth

MASKS = BernoulliSplittingMaskGenerator((3, 6, 5), 0.5)
OTHERS = [BlurFFT(kernel(3, 3), GaussianNoise(0.1)), Inpainting(SEEN, GaussianNoise(0.1))]


def incomplete() -> Physics:
    return Inpainting(SEEN, GaussianNoise(0.1))


EXAMPLES = {
    EILoss: [
        Example(lambda: EILoss(Shift()), complex=True, physics=incomplete),
        Example(lambda: EILoss(Reflect(), MAE(), noise=False), physics=incomplete),
    ],
    MOILoss: [
        Example(lambda: MOILoss(MASKS), complex=True, physics=incomplete),
        Example(lambda: MOILoss(OTHERS, MAE(), noise=False), physics=incomplete),
    ],
    MOEILoss: [
        Example(lambda: MOEILoss(Shift(), MASKS), complex=True, physics=incomplete),
        Example(lambda: MOEILoss(Shift(), OTHERS, MAE(), noise=False), physics=incomplete),
    ],
}

X = random(2, 3, 6, 5).double()


def value(loss: Loss, physics: Physics, model: Callable = smooth) -> Tensor:
    x_hat = model(X, physics)
    return loss(x_hat, None, X, physics, model, rng=torch.Generator().manual_seed(0))


def test_each_by_its_formula() -> None:
    quiet = [Inpainting(SEEN), Inpainting(~SEEN)]
    x_hat = smooth(X, quiet[0])
    rng = torch.Generator().manual_seed(0)
    moved = Shift()(x_hat, rng)
    expected = (smooth(SEEN * moved, quiet[0]) - moved).abs().flatten(1).mean(1)
    torch.testing.assert_close(value(EILoss(Shift(), MAE(), noise=False), quiet[0]), expected)
    expected = (smooth(~SEEN * moved, quiet[0]) - moved).abs().flatten(1).mean(1)
    torch.testing.assert_close(value(MOEILoss(Shift(), quiet[1:], MAE(), noise=False), quiet[0]), expected)
    expected = (smooth(~SEEN * x_hat, quiet[0]) - x_hat).abs().flatten(1).mean(1)
    torch.testing.assert_close(value(MOILoss(quiet[1:], MAE(), noise=False), quiet[0]), expected)
    mask = MASKS(2, torch.Generator().manual_seed(0))["mask"]
    expected = (smooth(mask * x_hat, quiet[0]) - x_hat).abs().flatten(1).mean(1)
    torch.testing.assert_close(value(MOILoss(MASKS, MAE(), noise=False), quiet[0]), expected)


def test_noise_is_added_again_or_not() -> None:
    shown: list[Tensor] = []

    def model(y: Tensor, physics: Physics) -> Tensor:
        shown.append(y)
        return y

    for noise in (True, False):
        value(MOILoss([Inpainting(torch.ones(6, 5), GaussianNoise(0.1))], noise=noise), incomplete(), model)
    assert torch.equal(shown[3], shown[2])
    assert 0.05 < float((shown[1] - shown[0]).std()) < 0.2


def test_every_operator_of_a_sequence_is_drawn() -> None:
    seen: set[Physics] = set()
    loss = MOILoss([Inpainting(SEEN), Inpainting(~SEEN), Inpainting(SEEN)], noise=False)
    for seed in range(30):
        loss(
            X, None, X, incomplete(), lambda y, p: seen.add(p) or y, rng=torch.Generator().manual_seed(seed)
        )  # fmt: skip
    assert len(seen) == 3


def minimised(parameters: list[Tensor], objective: Callable[[], Tensor]) -> float:
    """The minimum that L-BFGS finds."""
    optimiser = torch.optim.LBFGS(
        parameters, max_iter=2000, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = objective()
        loss.backward()
        return loss

    optimiser.step(closure)
    return float(objective().detach())


def band(count: int) -> Tensor:
    """Rows of five pixels with the lowest frequencies only: a space of dimension three that shifts do not leave."""
    t = torch.arange(5).double() * (2 * torch.pi / 5)
    basis = torch.stack([torch.ones_like(t), t.cos(), t.sin()])
    return (torch.randn(count, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64) @ basis).view(
        count, 1, 1, 5
    )


def four_of_five(null: Tensor) -> CompressedSensing:
    """Four measurements of five pixels that do not see ``null``."""
    _, _, rows = torch.linalg.svd(null[None])
    return CompressedSensing(rows[1:], (1, 1, 5))


@pytest.mark.parametrize("seed", [0, 1])
def test_its_minimiser_inverts_the_operator_on_images_that_shifts_keep(seed: int) -> None:
    """All other spaces that shifts keep, and that explain the measurements, meet the null space."""
    null = torch.randn(5, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    null -= null.mean()
    physics, x = four_of_five(null), band(12)
    y = physics.A(x)
    f = torch.randn(5, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) / 2
    f.requires_grad_()

    def model(y: Tensor, physics: Physics) -> Tensor:
        return (y @ f.T).view(-1, 1, 1, 5)

    def objective(weight: float) -> Tensor:
        x_hat = model(y, physics)
        total = MCLoss()(x_hat, None, y, physics, model).mean()
        group = list(Shift().elements(x))
        for params in group if weight else ():
            moved = Fixed(params)
            total = total + weight * EILoss(moved, noise=False)(x_hat, None, y, physics, model).mean() / len(group)
        return total

    consistent = minimised([f], lambda: objective(0.0))
    assert consistent < 1e-12
    assert float((model(y, physics) - x).detach().abs().max()) > 0.1  # consistency alone leaves the null space open
    assert minimised([f], lambda: objective(1.0)) < 1e-12
    assert float((model(y, physics) - x).detach().abs().max()) < 1e-4


def test_an_operator_that_commutes_with_the_group_teaches_nothing() -> None:
    """Any reconstruction by a convolution that is consistent has a zero loss, right or wrong."""
    transfer = torch.tensor([1.0, 1.0, 0.0, 0.0, 1.0]).double()
    blur = CompressedSensing(torch.fft.ifft(torch.fft.fft(torch.eye(5).double()) * transfer).real, (1, 1, 5))
    x = torch.randn(4, 1, 1, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def model(y: Tensor, physics: Physics) -> Tensor:
        return y.view(-1, 1, 1, 5)

    y = blur.A(x)
    for loss in (MCLoss(), EILoss(Shift(), noise=False)):
        assert loss(model(y, blur), None, y, blur, model).max() < 1e-20
    assert (model(y, blur) - x).abs().max() > 0.5


def test_other_operators_find_the_space_of_the_images() -> None:
    rng = torch.Generator().manual_seed(1)
    basis = torch.randn(4, 2, generator=rng, dtype=torch.float64)
    x = (torch.randn(12, 2, generator=rng, dtype=torch.float64) @ basis.T).view(12, 1, 1, 4)
    operators = [CompressedSensing(torch.randn(3, 4, generator=rng, dtype=torch.float64), (1, 1, 4)) for _ in range(2)]
    space = torch.randn(4, 2, generator=rng, dtype=torch.float64).requires_grad_()
    codes = torch.randn(2, 2, 3, generator=rng, dtype=torch.float64).requires_grad_()

    def model(y: Tensor, physics: Physics) -> Tensor:
        code = codes[0] if physics is operators[0] else codes[1]
        return (y @ code.T @ space.T).view(-1, 1, 1, 4)

    def objective(other: bool) -> Tensor:
        total = torch.zeros((), dtype=torch.float64)
        for physics, rest in ((operators[0], operators[1]), (operators[1], operators[0])):
            y = physics.A(x)
            x_hat = model(y, physics)
            total = total + MCLoss()(x_hat, None, y, physics, model).mean()
            if other:
                total = total + MOILoss([rest], noise=False)(x_hat, None, y, physics, model).mean()
        return total

    def error() -> float:
        return max(float((model(physics.A(x), physics) - x).detach().abs().max()) for physics in operators)

    assert minimised([space, codes], lambda: objective(True)) < 1e-12
    assert error() < 1e-4


class Fixed(Shift):
    """One shift for all."""

    def __init__(self, params: Tensor) -> None:
        super().__init__()
        self.params = params

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Tensor:
        return self.params


def test_what_does_not_fit_is_told() -> None:
    for make in (lambda: MOILoss([]), lambda: MOEILoss(Shift(), [])):
        with pytest.raises(ArgumentError, match="`operators` must hold one physics or more"):
            make()
