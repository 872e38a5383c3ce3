import torch

from preimage.physics import BlurFFT, GaussianNoise
from preimage.physics.blur import Channelwise, Window
from tests.example import LEVELS, Example, kernel

EXAMPLES = {
    Channelwise: [
        Example(lambda: Channelwise([BlurFFT(kernel(3, 3)), BlurFFT(kernel(3, 4))], noise=GaussianNoise(LEVELS))),
        Example(lambda: Channelwise([BlurFFT(kernel(3, 3))], Window(1, 1, 4, 3, 6, 5), GaussianNoise(0.1))),
    ],
}


def test_each_channel_has_its_operator_and_the_last_one_the_rest() -> None:
    first, last = BlurFFT(kernel(3, 3).double()), BlurFFT(kernel(3, 4).double())
    x = torch.rand(2, 3, 6, 5, dtype=torch.float64)
    y = Channelwise([first, last]).A(x)
    torch.testing.assert_close(y, torch.cat([first.A(x[:, :1]), last.A(x[:, 1:])], 1))


def test_only_the_window_is_recorded() -> None:
    blur = BlurFFT(kernel(3, 3).double())
    x = torch.rand(1, 2, 6, 5, dtype=torch.float64)
    y = Channelwise([blur], Window(1, 2, 4, 3, 6, 5)).A(x)
    torch.testing.assert_close(y, blur.A(x)[..., 1:5, 2:5])
