import torch

from preimage.datasets import ellipse_batch


def test_ellipses_are_inside_the_circle_and_of_many_values() -> None:
    x = ellipse_batch(16, 48, torch.Generator().manual_seed(0))
    assert x.shape == (16, 1, 48, 48)
    assert x.min() == 0
    assert 0.3 < x.max() <= 1
    place = (torch.arange(48) - 23.5) / 24
    assert not x[:, :, place**2 + place[:, None] ** 2 > 1].any()
    assert all(image.any() for image in x)
    assert len(x.unique()) > 50


def test_a_generator_decides_and_images_are_apart() -> None:
    a, b, c = (ellipse_batch(3, 20, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert not torch.equal(a[0], a[1])
    assert ellipse_batch(0, 20).shape == (0, 1, 20, 20)


def test_a_finer_image_of_the_same_draw_is_the_same_picture() -> None:
    coarse, fine = (ellipse_batch(4, size, torch.Generator().manual_seed(3)) for size in (32, 128))
    assert (torch.nn.functional.avg_pool2d(fine, 4) - coarse).abs().mean() < 0.01
