import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError
from preimage.restore import deblur, denoise, inpaint, repeat, superresolve
from preimage.restore.methods.posterior import PosteriorSampling, first_level
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.denoise import Denoise
from preimage.restore.tasks.inpaint import Inpaint

PICTURE = (
    torch.rand(1, 3, 3, generator=torch.Generator().manual_seed(0)).repeat_interleave(6, 1).repeat_interleave(6, 2)
)
NOISY = PICTURE + 0.1 * torch.randn(PICTURE.shape, generator=torch.Generator().manual_seed(1))
FEW = {"steps": 2, "sigma": 0.1}


def runs() -> dict[str, object]:
    missing = np.zeros((18, 18), bool)
    missing[4:8, 5:9] = True
    return {
        "denoise": lambda **more: denoise(NOISY, **FEW, **more),
        "deblur": lambda **more: deblur(NOISY, "gaussian:1", **FEW, **more),
        "superresolve": lambda **more: superresolve(NOISY, 2, **FEW, **more),
        "inpaint": lambda **more: inpaint(NOISY, missing, **{**FEW, "sigma": 0}, **more),
    }


@pytest.mark.parametrize("task", ["denoise", "deblur", "superresolve", "inpaint"])
def test_the_result_is_the_mean_and_a_sample_does_not_depend_on_the_others(task: str) -> None:
    run = runs()[task]
    few, many = run(samples=2, seed=3), run(samples=3, seed=3)  # pyright: ignore[reportCallIssue]
    assert len(few.samples) == 2
    assert len(many.samples) == 3
    torch.testing.assert_close(few.image, torch.stack(few.samples).mean(0))
    assert all(torch.equal(a, b) for a, b in zip(few.samples, many.samples, strict=False))
    assert not torch.equal(many.samples[0], many.samples[1])
    assert not torch.equal(few.samples[0], run(samples=1, seed=4).samples[0])  # pyright: ignore[reportCallIssue]
    assert few.record.settings["method"] == "posterior"
    again = repeat(few.record, NOISY) if task == "denoise" else None
    assert again is None or all(torch.equal(a, b) for a, b in zip(few.samples, again.samples, strict=True))


def test_pixels_that_were_seen_without_noise_are_in_every_sample() -> None:
    drawn = runs()["inpaint"](samples=2)  # pyright: ignore[reportCallIssue]
    first, second = drawn.samples
    assert torch.equal(first[:, 10:], NOISY[:, 10:])
    assert not torch.equal(first[:, 4:8, 5:9], second[:, 4:8, 5:9])


def test_without_noise_nothing_is_open() -> None:
    drawn = denoise(PICTURE, sigma=0, samples=2, steps=3)
    assert all(torch.equal(sample, PICTURE) for sample in drawn.samples)


def test_samples_are_of_the_kind_that_was_given() -> None:
    array = (255 * PICTURE[0].numpy()).round().astype(np.uint8)
    drawn = denoise(array, samples=2, steps=2, sigma="9/255")
    assert [(sample.dtype, sample.shape) for sample in drawn.samples] == [(np.dtype(np.uint8), (18, 18))] * 2


def test_noise_that_is_not_white_and_settings_that_change_the_law_are_refused() -> None:
    with pytest.raises(ArgumentError, match="`samples` must be left out where noise grows"):
        denoise(NOISY, noise="poisson:0.01", sigma=0.02, samples=2, steps=2)
    for wrong in ({"trace": True}, {"strength": 0.5}):
        with pytest.raises(ArgumentError, match=f"`{next(iter(wrong))}` must be left out"):
            denoise(NOISY, samples=2, sigma=0.1, **wrong)
    with pytest.raises(ArgumentError, match="`error_map` must be left out for posterior"):
        denoise(NOISY, samples=2, sigma=0.1, error_map=True)
    with pytest.raises(ArgumentError, match="`samples` must"):
        PosteriorSampling(0)


def test_memory_and_time_grow_with_the_samples() -> None:
    shape = torch.Size((3, 40, 50))
    few, many = (PosteriorSampling(count) for count in (1, 11))
    more = [b - a for a, b in zip(few.footprint(Denoise(), shape), many.footprint(Denoise(), shape), strict=True)]
    assert more == [10 * 2 * 4 * 3 * 40 * 50] * 2
    assert (few.repeats(), many.repeats()) == (1, 11)


def test_the_record_names_both_priors_of_colour_and_those_named_alone() -> None:
    colour, few = torch.rand(3, 12, 12, generator=torch.Generator().manual_seed(0)), {**FEW, "samples": 1}
    usual = deblur(colour, "gaussian:1", **few).record.resolved["weights"]
    assert [row["name"] for row in usual] == ["diffusion-color", "drunet-color-compact"]
    named = deblur(colour, "gaussian:1", weights="drunet-color-compact", **few).record.resolved["weights"]
    assert named["name"] == "drunet-color-compact"


def test_the_less_an_estimate_is_to_be_trusted_the_more_noise_lies_over_it() -> None:
    scattered, hole = torch.zeros(30, 30, dtype=torch.bool), torch.zeros(30, 30, dtype=torch.bool)
    scattered[::2, ::3] = True
    hole[5:15, 5:15] = True
    levels = [first_level(task) for task in (Inpaint(scattered), Deblur(torch.ones(3, 3) / 9), Inpaint(hole))]
    assert levels == [0.3, 1.0, 30.0]
