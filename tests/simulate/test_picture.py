import torch

from preimage.simulate import sample_picture


def test_it_is_a_picture_with_contrast() -> None:
    for channels in (1, 3):
        x = sample_picture(40, 50, channels)
        assert x.shape == (channels, 40, 50)
        assert 0 <= x.min() < 0.1
        assert 0.85 < x.max() <= 1
        assert torch.equal(x, sample_picture(40, 50, channels))
