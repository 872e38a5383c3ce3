import torch

from preimage.physics.codec.jpeg_dct import block_dct, block_idct, forward_dct, inverse_dct
from preimage.transform import dct
from tests.example import random


def blocks(x):
    return x.unflatten(-1, (-1, 8)).unflatten(-3, (-1, 8)).transpose(-2, -3)


def test_whole_numbers_are_those_of_the_transform_to_rounding():
    x = (255 * random(2, 16, 24)).round().double() - 128
    coefficients = forward_dct(x)
    assert torch.equal(coefficients, coefficients.round())
    assert (blocks(coefficients) - 8 * dct(blocks(x))).abs().max() < 1.5
    assert (inverse_dct((coefficients / 8).round()) - x).abs().max() < 4


def test_flat_blocks_are_exact():
    x = torch.full((8, 8), 100.0, dtype=torch.float64)
    coefficients = forward_dct(x)
    assert coefficients[0, 0] == 6400
    assert coefficients.count_nonzero() == 1
    assert torch.equal(inverse_dct(coefficients / 8), x)


def test_without_rounding_it_is_orthonormal():
    x = random(2, 16, 24).double()
    torch.testing.assert_close(blocks(block_dct(x)), dct(blocks(x)))
    torch.testing.assert_close(block_idct(block_dct(x)), x)
