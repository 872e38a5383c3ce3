import torch

from preimage.cli.checking.images import images_of
from preimage.physics import BlurFFT, Denoising


def test_one_image_is_tried_as_several_and_several_as_given() -> None:
    assert images_of((1, 3, 8, 9), Denoising(), False).shape == (2, 3, 8, 9)
    assert images_of((3, 1, 8, 9), Denoising(), False).shape == (3, 1, 8, 9)
    assert images_of((1, 1, 4, 5, 6), object(), True).dtype == torch.complex64


def test_no_tensor_has_an_entry_for_each_image_by_chance() -> None:
    physics = BlurFFT(torch.rand(2, 1, 3, 3))
    assert len(images_of((1, 3, 8, 9), physics, False)) == 3


def test_they_are_positive_and_always_the_same() -> None:
    x = images_of((1, 3, 8, 9), Denoising(), False)
    assert x.min() >= 0.05
    assert torch.equal(x, images_of((1, 3, 8, 9), Denoising(), False))
