import pytest
import torch

from preimage.errors import ArgumentError
from preimage.loss.operators import draw_operator, require_operators
from preimage.physics import GaussianNoise, Inpainting
from preimage.physics.generators import BernoulliSplittingMaskGenerator

X = torch.zeros(3, 1, 4, 5, dtype=torch.float64)


def test_parameters_are_drawn_for_each_image() -> None:
    physics = Inpainting(torch.ones(4, 5), GaussianNoise(0.1))
    masks = BernoulliSplittingMaskGenerator((1, 4, 5), 0.5)
    drawn = draw_operator(masks, physics, X, torch.Generator().manual_seed(0))
    assert isinstance(drawn, Inpainting)
    assert torch.equal(drawn.mask, masks(3, torch.Generator().manual_seed(0), torch.float64)["mask"])
    assert drawn.mask.dtype == torch.float64
    assert drawn.noise is physics.noise


def test_one_of_a_sequence_is_drawn_for_the_batch() -> None:
    operators = [Inpainting(torch.eye(4, 5)), Inpainting(torch.ones(4, 5))]
    rng = torch.Generator().manual_seed(0)
    drawn = [draw_operator(operators, operators[0], X, rng) for _ in range(20)]
    assert {id(physics) for physics in drawn} == {id(physics) for physics in operators}


def test_there_must_be_one() -> None:
    with pytest.raises(ArgumentError, match="`operators` must hold one physics or more"):
        require_operators([])
