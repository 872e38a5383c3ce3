import pytest
import torch

from preimage.degradations import (
    BlurStep,
    DrawnPipeline,
    DrawnResize,
    GaussianNoiseStep,
    JPEGStep,
    Pipeline,
    ResizeStep,
    scunet,
)
from preimage.errors import ArgumentError, ShapeError

STEPS = (BlurStep((0.5, 2.0), size=(3, 9)), GaussianNoiseStep(), JPEGStep())


def test_a_drawn_pipeline_repeats_its_bits_from_json(rng: torch.Generator) -> None:
    image = torch.rand(2, 3, 17, 23, generator=rng)
    for _ in range(5):
        drawn = Pipeline(STEPS).draw(rng)
        again = DrawnPipeline.from_json(drawn.to_json())
        assert again == drawn
        degraded, clean = drawn(image)
        assert torch.equal(again(image).degraded, degraded)
        assert torch.equal(clean, image)
        assert torch.equal(drawn(image[:1]).degraded, degraded[:1])
    assert Pipeline(STEPS).draw(rng) != Pipeline(STEPS).draw(rng)
    assert Pipeline(STEPS).draw(torch.Generator().manual_seed(1)) == Pipeline(STEPS).draw(
        torch.Generator().manual_seed(1)
    )


def test_results_are_in_range_and_keep_their_precision(rng: torch.Generator) -> None:
    image = torch.rand(1, 3, 9, 11, generator=rng, dtype=torch.float64)
    degraded, clean = Pipeline((GaussianNoiseStep((80.0, 90.0)),)).draw(rng)(2 * image - 0.5)
    for picture in (degraded, clean):
        assert picture.dtype == torch.float64
        assert float(picture.min()) >= 0
        assert float(picture.max()) <= 1
    assert torch.equal(clean, (2 * image - 0.5).clamp(0, 1))


def test_an_empty_batch_stays_one(rng: torch.Generator) -> None:
    degraded, clean = Pipeline((*STEPS, ResizeStep(both=True))).draw(rng)(torch.zeros(0, 3, 8, 8))
    assert degraded.shape == clean.shape
    assert len(clean) == 0


def test_what_does_not_reach_the_crop_makes_no_difference(rng: torch.Generator) -> None:
    image = torch.rand(1, 1, 96, 96, generator=rng)
    steps = (DrawnResize(0.5, "bicubic", both=True),)
    assert DrawnPipeline(steps).source_size(16) == 64
    cut = DrawnPipeline(steps, 16)(image)
    whole = DrawnPipeline(steps)(image)
    torch.testing.assert_close(cut.degraded, whole.degraded[..., 16:32, 16:32])
    torch.testing.assert_close(cut.clean, whole.clean[..., 16:32, 16:32])
    with pytest.raises(ShapeError, match="at least 64"):
        DrawnPipeline(steps, 16)(image[..., :20, :20])


def test_a_batch_of_histories_has_another_for_each_sample(rng: torch.Generator) -> None:
    images = torch.rand(3, 3, 1, 1, generator=rng).expand(3, 3, 160, 160)
    degraded, clean = scunet(24, resize=(0.7, 1.4)).draw_batch(images, rng)
    assert degraded.shape == clean.shape == (3, 3, 24, 24)
    assert len(set((degraded - clean).flatten(1).std(1).tolist())) == 3
    assert Pipeline(STEPS).draw_batch(images[:0], rng).degraded.shape == (0, 3, 160, 160)
    with pytest.raises(ShapeError, match="`size` must be given"):
        Pipeline((ResizeStep(both=True),)).draw_batch(images, rng)


def test_other_texts_are_no_pipelines() -> None:
    for text in (
        "",
        "[]",
        "{}",
        '{"steps": [{"step": "Nothing"}]}',
        '{"steps": [{"step": "DrawnJPEG", "quality": 0}]}',
    ):
        with pytest.raises(ArgumentError):
            DrawnPipeline.from_json(text)


def test_complex_images_are_refused() -> None:
    with pytest.raises(ShapeError, match="must be real"):
        DrawnPipeline(())(torch.zeros(1, 1, 4, 4, dtype=torch.complex64))
