import torch

from preimage.blind.luma import luma


def test_white_is_one_and_green_is_the_brightest() -> None:
    colours = torch.tensor([[1.0, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]).T.reshape(3, 1, 4)
    torch.testing.assert_close(luma(colours)[0, 0], torch.tensor([1.0, 0.299, 0.587, 0.114]))
    grey = torch.rand(1, 2, 3)
    assert luma(grey) is grey
