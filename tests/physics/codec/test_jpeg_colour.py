import torch

from preimage.physics.codec.jpeg_colour import linear_rgb, linear_ycc, rgb_of_ycc, ycc_of_rgb
from tests.example import random


def test_grey_has_no_colour_and_comes_back():
    grey = torch.arange(256.0).reshape(1, 1, 16, 16).expand(1, 3, 16, 16)
    ycc = ycc_of_rgb(grey)
    assert torch.equal(ycc[:, :1], grey[:, :1])
    assert ycc[:, 1:].eq(128).all()
    assert torch.equal(rgb_of_ycc(ycc), grey)


def test_colours_come_back_to_rounding():
    x = (255 * random(1, 3, 20, 20)).round()
    assert (rgb_of_ycc(ycc_of_rgb(x)) - x).abs().max() <= 2
    assert torch.equal(ycc_of_rgb(x), ycc_of_rgb(x.double()).float())


def test_linear_parts_are_inverse_and_those_of_the_rounded_ones():
    x = 255 * random(1, 3, 6, 5).double()
    torch.testing.assert_close(linear_rgb(linear_ycc(x)), x, rtol=0, atol=1e-2)  # the published digits are five
    offset = torch.tensor([0.0, 128, 128]).reshape(1, 3, 1, 1)
    assert (ycc_of_rgb(x.round()) - linear_ycc(x.round()) - offset).abs().max() <= 0.5 + 1e-3
