import pytest
import torch

from preimage.loss import AdversarialCriterion, CrossEntropyGAN, HingeGAN, LeastSquaresGAN, WassersteinGAN
from preimage.loss.adversarial.criterion import image_mean
from tests.loss.draws import DRAWS, assert_mean

RNG = torch.Generator().manual_seed(0)
TRUE = torch.randn(DRAWS, generator=RNG, dtype=torch.float64) + 1
MADE = torch.randn(DRAWS, generator=RNG, dtype=torch.float64) - 1


@pytest.mark.parametrize(
    ("criterion", "best"), [(CrossEntropyGAN(), lambda x: 2 * x), (LeastSquaresGAN(), lambda x: torch.sigmoid(2 * x))]
)
def test_the_best_score_tells_the_densities(criterion: AdversarialCriterion, best: object) -> None:
    """Of normal numbers around 1 and -1, ``log(p / q) = 2 x``; the gradient there is zero in the mean."""
    for feature in (lambda x: x**0, lambda x: x, lambda x: x**2):
        change = torch.zeros(DRAWS, dtype=torch.float64, requires_grad=True)
        total = criterion.real(best(TRUE) + change * feature(TRUE)) + criterion.fake(
            best(MADE) + change * feature(MADE)
        )
        assert_mean(torch.autograd.grad(total.sum(), change)[0])


def test_by_formula() -> None:
    s = torch.tensor([-2.0, 0.5, 3.0])
    for criterion, real, fake, deceive in (
        (LeastSquaresGAN(), (s - 1) ** 2, s**2, (s - 1) ** 2),
        (CrossEntropyGAN(), (1 + (-s).exp()).log(), (1 + s.exp()).log(), (1 + (-s).exp()).log()),
        (WassersteinGAN(), -s, s, -s),
        (HingeGAN(), torch.tensor([3, 0.5, 0]), torch.tensor([0, 1.5, 4]), -s),
    ):
        torch.testing.assert_close(criterion.real(s), real)
        torch.testing.assert_close(criterion.fake(s), fake)
        torch.testing.assert_close(criterion.deceive(s), deceive)


def test_the_mean_of_each_image() -> None:
    assert image_mean(torch.tensor([[[1.0, 3.0]], [[0.0, 0.0]]])).tolist() == [2, 0]
    assert image_mean(torch.tensor([1.0, 2.0])).tolist() == [1, 2]
