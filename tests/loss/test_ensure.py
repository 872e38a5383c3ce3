import pytest
import torch
from torch import Tensor

from preimage.errors import ArgumentError, ShapeError
from preimage.loss import ENSURELoss, SureGaussianLoss
from preimage.physics import MRI, Denoising, GaussianNoise, Inpainting, LinearPhysics, Physics, stack
from tests.example import LEVELS, SEEN, Example, complex_example
from tests.loss.monte_carlo import DRAWS, bent, errors_from_zero

EXAMPLES = {
    ENSURELoss: [
        Example(lambda: ENSURELoss(torch.full((6, 5), 0.6)), physics=lambda: Inpainting(SEEN, GaussianNoise(0.1))),
        complex_example(
            lambda: ENSURELoss(torch.full((1, 4, 3), 0.6), LEVELS, tau=None),
            (2, 1, 4, 3),
            lambda: MRI(SEEN[:4, :3], GaussianNoise(0.1)),
        ),
    ]
}

X = torch.rand(1, 1, 3, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
PROBABILITY = torch.tensor([[0.3, 0.5, 1.0, 0.7]], dtype=torch.float64).expand(3, 4)


def filled(y: Tensor, physics: Physics) -> Tensor:
    """A model whose error depends on what is shown."""
    assert isinstance(physics, LinearPhysics)
    z = physics.A_adjoint(y)
    around = (z + z.roll(1, -1) + z.roll(1, -2)) / 3
    return 0.4 * z + around / (1 + around.abs().square())


def estimates(physics: LinearPhysics, x: Tensor, loss: ENSURELoss) -> tuple[Tensor, Tensor, Tensor]:
    """Estimates, weighted errors of the samples taken, and errors of the whole image, over masks and noise."""
    rng = torch.Generator().manual_seed(1)
    truth = x.expand(DRAWS, *x.shape[1:])
    y = physics(truth, rng=rng)
    x_hat = filled(y, physics)
    taken = (physics.A(x_hat - truth).abs().square() / PROBABILITY).flatten(1).mean(1)
    whole = (x_hat - truth).abs().square().flatten(1).mean(1)
    return loss(x_hat, None, y, physics, filled, rng=rng), taken, whole


def masks() -> Tensor:
    draws = torch.rand(DRAWS, 1, 3, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    return (draws < PROBABILITY).double()


def test_its_mean_is_the_weighted_error_of_the_samples_taken_which_flatters_the_image() -> None:
    found, taken, whole = estimates(Inpainting(masks(), GaussianNoise(0.2)), X, ENSURELoss(PROBABILITY, tau=1e-5))
    assert errors_from_zero(found - taken) < 3
    assert (whole - found).mean() > 10 * (whole - found).std() / DRAWS**0.5


def test_k_space_and_complex_images() -> None:
    x, loss = torch.complex(X, X.flip(-1)), ENSURELoss(PROBABILITY, 0.2, tau=1e-5)
    found, taken, _ = estimates(MRI(masks(), GaussianNoise(0.2)), x, loss)
    assert errors_from_zero(found - taken) < 3


def test_its_mean_over_masks_is_the_error_of_the_image_if_that_does_not_depend_on_them() -> None:
    rng, physics = torch.Generator().manual_seed(1), MRI(masks(), GaussianNoise(0.2))
    truth = torch.complex(X, X.flip(-1)).expand(DRAWS, -1, -1, -1)
    x_hat = torch.ones_like(truth)
    right, wrong = (
        loss(x_hat, None, physics(truth, rng=rng), physics, lambda y, _: torch.ones_like(y), rng=rng)
        - (x_hat - truth).abs().square().flatten(1).mean(1)
        for loss in (ENSURELoss(PROBABILITY), ENSURELoss(torch.full_like(PROBABILITY, 0.5)))
    )
    assert errors_from_zero(right) < 3
    assert errors_from_zero(wrong) > 10


def test_where_all_is_measured_it_is_sure() -> None:
    y, physics = X.expand(3, -1, -1, -1), Denoising(GaussianNoise(0.2))
    found, expected = (
        loss(bent(y, physics), None, y, physics, bent, rng=torch.Generator().manual_seed(0))
        for loss in (ENSURELoss(torch.ones(3, 4)), SureGaussianLoss())
    )
    torch.testing.assert_close(found, expected)


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(ArgumentError, match="`probability` must be positive"):
        ENSURELoss(torch.tensor([0.5, 0.0]))
    with pytest.raises(ArgumentError, match="`probability`"):
        ENSURELoss(torch.tensor([0.5, 1.5]))
    both = stack(Denoising(GaussianNoise(0.1)), Denoising(GaussianNoise(0.1)))
    with pytest.raises(ShapeError, match="`probability` must broadcast to one measurement"):
        ENSURELoss(torch.ones(3, 4))(X, None, (X, X), both, lambda y, physics: y[0])
    with pytest.raises(ShapeError, match="`probability` must broadcast"):
        ENSURELoss(torch.ones(5, 1, 3, 4))(X, None, X, Denoising(GaussianNoise(0.1)), bent)
