import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.physics import CameraPipeline
from tests.example import LEVELS, Example, random

GAINS = torch.tensor([[2.0, 1.0, 1.6], [1.5, 1.0, 2.0]])
MATRIX = torch.tensor([[[1.6, -0.4, -0.2], [-0.2, 1.5, -0.3], [0.0, -0.5, 1.5]]])

EXAMPLES = {
    CameraPipeline: [
        Example(lambda: CameraPipeline(GAINS, MATRIX, 4 * LEVELS)),
        Example(lambda: CameraPipeline(GAINS[:1], tone="smoothstep"), shape=(2, 3, 4, 3)),
    ]
}


def test_steps_by_hand():
    """Exposure, balance, matrix, in this order, in linear light; what is beyond one is clipped before the matrix."""
    x = torch.tensor([0.2, 0.3, 0.4]).reshape(1, 3, 1, 1)
    y = CameraPipeline(GAINS[:1], MATRIX, 0.5, "linear").A(x)
    r, g, b = 0.2, 0.15, 0.32
    expected = [1.6 * r - 0.4 * g - 0.2 * b, -0.2 * r + 1.5 * g - 0.3 * b, -0.5 * g + 1.5 * b]
    torch.testing.assert_close(y.flatten(), torch.tensor(expected))
    y = CameraPipeline(GAINS[:1], MATRIX, 1.0, "linear").A(torch.tensor([0.9, 0.3, 0.4]).reshape(1, 3, 1, 1))
    torch.testing.assert_close(y[0, 2], torch.tensor([[-0.5 * 0.3 + 1.5 * 0.64]]))
    torch.testing.assert_close(y[0, 1], torch.tensor([[-0.2 * 1.0 + 1.5 * 0.3 - 0.3 * 0.64]]))  # 1.8 is clipped


@pytest.mark.parametrize("tone", ["linear", "srgb", "smoothstep"])
def test_light_comes_back_where_nothing_is_clipped(tone):
    camera = CameraPipeline(GAINS, MATRIX, 0.9, tone)
    grey = random(2, 1, 5, 4, low=0.2, high=0.4).double()
    x = grey * random(2, 3, 5, 4, seed=1, low=0.9, high=1.1).double() / GAINS.double()[..., None, None]
    torch.testing.assert_close(camera.to(torch.float64).inverse(camera.A(x)), x)


def test_grey_stays_grey():
    x = random(1, 1, 4, 3, high=0.4) / GAINS[:1, :, None, None]
    y = CameraPipeline(GAINS[:1], MATRIX).A(x)
    torch.testing.assert_close(y, y[:, :1].expand_as(y))


def test_gradients_reach_the_camera():
    gains, matrix = GAINS.clone().requires_grad_(), MATRIX.clone().requires_grad_()
    CameraPipeline(gains, matrix).A(random(2, 3, 4, 3, high=0.4)).sum().backward()
    assert gains.grad is not None
    assert matrix.grad is not None
    assert gains.grad.ne(0).all()
    assert matrix.grad.ne(0).all()


def test_arguments_are_checked():
    with pytest.raises(ArgumentError, match="`white_balance` must be positive"):
        CameraPipeline(-GAINS)
    with pytest.raises(ShapeError, match="`white_balance` must have shape"):
        CameraPipeline(GAINS[0])
    with pytest.raises(ShapeError, match="`colour_matrix` must have shape"):
        CameraPipeline(GAINS, MATRIX[0])
    with pytest.raises(ArgumentError, match="`colour_matrix` must have an inverse"):
        CameraPipeline(GAINS, torch.zeros(1, 3, 3))
    with pytest.raises(ArgumentError, match="`tone` must be one of"):
        CameraPipeline(GAINS, tone="gamma")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`exposure` must be positive"):
        CameraPipeline(GAINS, exposure=0.0)
    with pytest.raises(ShapeError, match="`x` must be RGB"):
        CameraPipeline(GAINS).A(torch.rand(2, 1, 4, 3))
    with pytest.raises(ShapeError, match="one for each of 3 images"):
        CameraPipeline(GAINS).A(torch.rand(3, 3, 4, 3))
