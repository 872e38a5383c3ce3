import pytest
import skimage.measure
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import BlurStrength
from tests.metric.waves import waves


@pytest.mark.parametrize(("shape", "window"), [((1, 31, 24), 11), ((1, 12, 40), 11), ((1, 20, 21), 5)])
def test_agrees_with_skimage(shape: tuple[int, int, int], window: int) -> None:
    for image in waves(*shape):
        theirs = skimage.measure.blur_effect(image[0, 0].numpy(), h_size=window)
        assert float(BlurStrength(window)(image)) == pytest.approx(theirs, abs=1e-9)


def test_one_value_per_image_whatever_the_batch() -> None:
    batch = torch.cat(waves(3, 20, 25))
    scores = BlurStrength()(batch)
    assert scores.shape == (2,)
    torch.testing.assert_close(torch.cat([BlurStrength()(image[None]) for image in batch]), scores)
    torch.testing.assert_close(BlurStrength()(batch.float()).double(), scores, atol=1e-5, rtol=0)
    assert BlurStrength()(batch[:0]).shape == (0,)


def test_blur_is_told_from_sharpness(rng: torch.Generator) -> None:
    sharp = torch.rand(1, 1, 40, 40, generator=rng)
    blurred = torch.nn.functional.avg_pool2d(sharp, 9, 1)
    assert float(BlurStrength()(sharp)) < 0.3 < float(BlurStrength()(blurred))
    assert BlurStrength()(torch.ones(1, 1, 11, 11)).tolist() == [1.0]


def test_gradient() -> None:
    image = waves(1, 11, 12)[0].requires_grad_()
    assert torch.autograd.gradcheck(BlurStrength(), image, fast_mode=True)


def test_refusals() -> None:
    with pytest.raises(ArgumentError, match="`window` must be odd"):
        BlurStrength(4)
    with pytest.raises(ShapeError, match="at least 11 pixels"):
        BlurStrength()(torch.ones(1, 1, 10, 20))
