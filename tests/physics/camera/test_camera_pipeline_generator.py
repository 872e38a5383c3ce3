import pytest
import torch

from preimage.errors import ArgumentError
from preimage.physics import CameraPipeline
from preimage.physics.generators import CameraPipelineGenerator
from tests.example import Example, random

EXAMPLES = {CameraPipelineGenerator: [Example(CameraPipelineGenerator)]}


def test_draws_are_in_range_and_cameras_keep_grey():
    drawn = CameraPipelineGenerator(red=(2.0, 2.1), blue=(1.5, 1.6))(200, torch.Generator().manual_seed(0))
    red, green, blue = drawn["white_balance"].unbind(1)
    assert ((red >= 2) & (red < 2.1)).all()
    assert green.eq(1).all()
    assert ((blue >= 1.5) & (blue < 1.6)).all()
    torch.testing.assert_close(drawn["colour_matrix"].sum(2), torch.ones(200, 3))
    inverse = 1 / drawn["exposure"]
    assert abs(inverse.mean() - 0.8) < 4 * 0.1 / 200**0.5


def test_a_call_takes_them():
    x = random(3, 3, 4, 5, high=0.3)
    camera = CameraPipeline(torch.ones(1, 3))
    drawn = CameraPipelineGenerator()(3, torch.Generator().manual_seed(1))
    y = camera(x, **drawn)
    alone = camera(x[1:2], **{name: value[1:2] for name, value in drawn.items()})
    torch.testing.assert_close(y[1:2], alone)


def test_ranges_are_checked():
    with pytest.raises(ArgumentError, match="`red` must be a pair"):
        CameraPipelineGenerator(red=(2.0, 1.0))
