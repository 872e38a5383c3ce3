import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from preimage.errors import ArgumentError, ShapeError
from preimage.metric import DS, QNR, DLambda, PansharpeningMetric
from tests.metric.waves import waves

METRICS = [DLambda(), DLambda(2.0), DS(), DS(3.0), QNR(), QNR(2.0, 0.5)]


@pytest.fixture
def images() -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Fused colours that are not quite right, and what two cameras saw."""
    fused, x = waves(4, 44, 52)
    return fused, (avg_pool2d(x, 4), x.mean(1, keepdim=True))


@pytest.mark.parametrize("p", [1, 2])
def test_agrees_with_torchmetrics(images: tuple[Tensor, tuple[Tensor, Tensor]], p: int) -> None:
    import torchmetrics.functional.image as reference

    fused, (colours, grey) = images
    low = avg_pool2d(grey, 4)
    wide, wide_low = (image.expand(-1, 4, -1, -1) for image in (grey, low))
    spectral = reference.spectral_distortion_index(colours, fused, p=p)
    spatial = reference.spatial_distortion_index(fused, colours, wide, wide_low, norm_order=p)
    assert float(DLambda(p)(fused, (colours, grey))) == pytest.approx(float(spectral), abs=1e-6)
    assert float(DS(p)(fused, (colours, grey))) == pytest.approx(float(spatial), abs=1e-6)
    if p == 1:
        theirs = reference.quality_with_no_reference(fused, colours, wide, wide_low)
        assert float(QNR()(fused, (colours, grey), low)) == pytest.approx(float(theirs), abs=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_a_batch_changes_no_score(metric: PansharpeningMetric, images: tuple[Tensor, tuple[Tensor, Tensor]]) -> None:
    """torchmetrics 1.9 averages over the batch before it compares."""
    fused, (colours, grey) = images
    other = interpolate(colours, scale_factor=4, mode="bilinear")
    together = metric(torch.cat([fused, other]), (torch.cat([colours] * 2), torch.cat([grey] * 2)))
    alone = [metric(image, (colours, grey)) for image in (fused, other)]
    torch.testing.assert_close(together, torch.cat(alone))
    single = metric(fused.float(), (colours.float(), grey.float()))
    torch.testing.assert_close(single.double(), alone[0], atol=1e-4, rtol=0)
    assert metric(fused[:0], (colours[:0], grey[:0])).shape == (0,)


def test_colours_repeated_are_not_distorted() -> None:
    """Where nothing was sharpened, the spectra agree; and with the grey picture of the colours, so does space."""
    colours = waves(3, 12, 14)[1]
    y = (colours, colours.mean(1, keepdim=True))
    assert DLambda()(colours, y).tolist() == DS()(colours, y).tolist() == [0.0]
    assert QNR()(colours, y).tolist() == [1.0]


def test_the_exponents(images: tuple[Tensor, tuple[Tensor, Tensor]]) -> None:
    want = (1 - DLambda()(*images)) ** 2 * (1 - DS()(*images)) ** 0.5
    torch.testing.assert_close(QNR(2.0, 0.5)(*images), want)


def test_refusals(images: tuple[Tensor, tuple[Tensor, Tensor]]) -> None:
    fused, (colours, grey) = images
    for wrong in (images[0], torch.cat([images[0]] * 2), (*images[1], images[0])):
        with pytest.raises(ShapeError, match="a tuple of colours and a grey picture"):
            QNR()(images[0], wrong)
    with pytest.raises(ShapeError, match="two bands or more"):
        DLambda()(fused[:, :1], (colours[:, :1], grey))
    with pytest.raises(ShapeError, match="sizes divide by one number"):
        DS()(fused[..., 1:], (colours, grey))
    with pytest.raises(ShapeError, match="`y` must hold grey pictures"):
        DS()(fused, (colours, grey[..., 1:]))
    with pytest.raises(ShapeError, match="`low` must hold grey pictures"):
        DS()(fused, (colours, grey), grey)
    with pytest.raises(ShapeError, match="at least 11 pixels"):
        QNR()(fused[:, :, :40], (colours[:, :, :10], grey[:, :, :40]))
    for make in (lambda: DLambda(0.0), lambda: DS(-1.0), lambda: QNR(alpha=0.0), lambda: QNR(beta=-1.0)):
        with pytest.raises(ArgumentError, match="must be positive"):
            make()
