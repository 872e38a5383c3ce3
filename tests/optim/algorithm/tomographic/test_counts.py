import pytest
import torch

from preimage.errors import CapabilityError
from preimage.fidelity import likelihood
from preimage.functional import Zero
from preimage.optim import MLEM, Tikhonov
from preimage.optim.algorithm.tomographic._counts import (
    count_gradient,
    expectation_step,
    require_counts,
    sensitivity,
    step_scale,
)
from preimage.physics import GaussianNoise, Inpainting, PoissonNoise

MASKS = [torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, 0.0]])]
Y = [torch.tensor([[[[3.0, 4.0]]]]), torch.tensor([[[[1.0, 0.0]]]])]
TERMS = tuple(likelihood(Inpainting(m, PoissonNoise(g)), y) for m, g, y in zip(MASKS, (1.0, 0.5), Y, strict=True))


def test_one_step_by_hand() -> None:
    seen = sensitivity(TERMS)
    assert seen.flatten().tolist() == [1 + 2 * 0.5, 2]  # the second term counts twice: its gain is half as large
    x = torch.tensor([[[[2.0, 1.0]]]])
    ratio = torch.tensor([3 / 2 + 2 * 0.5 * 1 / 1, 2 * 4 / 2])
    step = expectation_step(TERMS, Zero(), 1.0, seen, x)
    torch.testing.assert_close(step.flatten(), x.flatten() * ratio / seen.flatten())
    weighted = expectation_step(TERMS, Tikhonov(0.5), 1.0, seen, x)
    torch.testing.assert_close(weighted.flatten(), x.flatten() * ratio / (seen.flatten() + 0.5 * x.flatten()))


def test_a_pixel_that_nothing_sees_stays() -> None:
    blind = (likelihood(Inpainting(torch.tensor([[1.0, 0.0]]), PoissonNoise(1.0)), Y[0] * torch.tensor([1.0, 0.0])),)
    x = torch.tensor([[[[2.0, 7.0]]]])
    assert expectation_step(blind, Zero(), 1.0, sensitivity(blind), x).flatten().tolist() == [3, 7]


def test_only_counts_are_taken() -> None:
    require_counts(TERMS, MLEM())
    with pytest.raises(CapabilityError, match="with PoissonNoise for MLEM"):
        require_counts((likelihood(Inpainting(MASKS[0], GaussianNoise(0.1)), Y[0]),), MLEM())


def test_slope_and_scale_of_terms_by_hand() -> None:
    x, seen = torch.tensor([[[[2.0, 1.0]]]]), tuple(sensitivity((term,)) for term in TERMS)
    slopes = [count_gradient(term, image, x).flatten() for term, image in zip(TERMS, seen, strict=True)]
    torch.testing.assert_close(slopes[0], torch.tensor([1 - 3 / 2, 2 - 2 * 4 / 2]))
    torch.testing.assert_close(slopes[1], torch.tensor([(0.5 - 0.5 * 1 / 1) / 0.5, 0.0]))
    torch.testing.assert_close(step_scale(TERMS, seen, x).flatten(), torch.tensor([2 / (1 + 1), 2 / (2 + 0)]))
    blind = tuple(torch.zeros_like(image) for image in seen)
    assert not step_scale(TERMS, blind, x).any()
