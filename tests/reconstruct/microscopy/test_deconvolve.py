"""Deconvolution of a simulated stack, against scikit-image's at its best, and of arrays of several types."""

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.restoration import richardson_lucy

from preimage.errors import ArgumentError, ImageFileError
from preimage.reconstruct import deconvolve
from tests.reconstruct.microscopy.beads import BACKGROUND, SHAPE, beads, gaussian_psf

COUNTS, TRUTH, PSF = beads()


def psnr(image: np.ndarray) -> float:
    truth = TRUTH.numpy()
    return float(10 * np.log10(truth.max() ** 2 / np.square(image - truth).mean()))


@pytest.fixture(scope="module")
def found() -> np.ndarray:
    return deconvolve(COUNTS, PSF, background=BACKGROUND).image


def test_it_is_better_than_scikit_image_at_its_best_iteration(found: np.ndarray) -> None:
    seen = (COUNTS - BACKGROUND).clamp_min(0).numpy()
    steps = (2, 5, 10, 20, 40)
    best = max(psnr(richardson_lucy(seen, PSF.numpy(), num_iter=steps, clip=False)) for steps in steps)
    assert psnr(found) > best + 1


def test_no_border_is_bright(found: np.ndarray) -> None:
    """Of an even scene the border is as bright as the middle; where zero is assumed outside, it is not."""
    even = np.full((6, 20, 20), 50.0, np.float32)
    image = deconvolve(even, PSF, steps=30).image
    np.testing.assert_allclose(image, 50.0, rtol=1e-3)
    assert abs(richardson_lucy(even, PSF.numpy(), num_iter=30, clip=False) / 50 - 1).max() > 0.2
    edge = np.ones(SHAPE, bool)
    edge[1:-1, 3:-3, 3:-3] = False
    assert found[edge].mean() == pytest.approx(float(TRUTH.numpy()[edge].mean()), rel=0.15)


def test_light_is_kept(found: np.ndarray) -> None:
    assert found.mean() == pytest.approx(float(COUNTS.mean()) - BACKGROUND, rel=0.1)


def test_a_unit_is_a_factor() -> None:
    few = deconvolve(COUNTS.double(), PSF, background=BACKGROUND).image
    many = deconvolve(7 * COUNTS.double(), PSF, background=7 * BACKGROUND).image
    assert few.dtype == np.float64
    # Transforms round by the largest value, so that dark pixels have fewer digits of their own.
    np.testing.assert_allclose(many, 7 * few, rtol=1e-9, atol=1e-12 * many.max())


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float16, ">f4"])
def test_the_type_is_kept(dtype) -> None:
    counts = COUNTS.numpy().clip(0, 255).astype(dtype)
    told = deconvolve(counts, PSF, steps=5)
    assert told.image.dtype == np.dtype(dtype).newbyteorder("=")
    floats = deconvolve(counts, PSF, steps=5, dtype="float32").image
    assert floats.dtype == np.float32
    wanted = np.rint(floats) if np.dtype(dtype).kind in "iu" else floats
    np.testing.assert_allclose(told.image, wanted.clip(0, 255 if dtype == np.uint8 else None), rtol=1e-3)
    assert any("clipped" in note for note in told.record.notes) == (dtype == np.uint8)


def test_a_plane_and_a_stack_of_one_colour_are_described(tmp_path: Path) -> None:
    plane = deconvolve(COUNTS[3], "na=0.5,ri=1,wavelength=0.5,pixel=400nm", steps=4)
    assert plane.image.shape == SHAPE[1:]
    assert (plane.grid.sizes, plane.grid.unit) == ((1.0, 0.4, 0.4), "um")
    stack = deconvolve(COUNTS, "na=0.5,ri=1,wavelength=0.5,pixel=400nm,step=2um", steps=4)
    assert stack.grid.sizes == (2.0, 0.4, 0.4)
    np.save(tmp_path / "stack.npy", COUNTS)
    np.save(tmp_path / "psf.npy", PSF)
    by_file = deconvolve(tmp_path / "stack.npy", tmp_path / "psf.npy", background="auto", steps=4)
    assert by_file.grid.unit == "pixel"
    assert 0 < by_file.record.resolved["background"] < float(COUNTS.mean())


def test_what_may_be_background_is_told() -> None:
    (note,) = deconvolve(COUNTS + 200, PSF, steps=1).record.notes
    assert "darkest part" in note
    assert not deconvolve(COUNTS + 200, PSF, background="auto", steps=1).record.notes


@pytest.mark.parametrize(
    ("image", "psf", "error", "told"),
    [
        (COUNTS[0], PSF, ArgumentError, "`psf` must be a single plane"),
        (COUNTS, PSF[0], ArgumentError, r"`psf` must be a stack"),
        (COUNTS, "na=0.5,ri=1,wavelength=0.5,pixel=0.4", ArgumentError, "`psf` must have step"),
        (COUNTS, "na=0.5,ri=1,wavelength=0.5,step=1", ArgumentError, "`psf` must have pixel"),
        (COUNTS[0], "na=0.5,ri=1,wavelength=0.5,step=1,pixel=1", ArgumentError, "`psf` must have no step"),
        (COUNTS, "nowhere.tif", ImageFileError, "`psf` must be a file that exists"),
        (COUNTS[None], PSF, ImageFileError, "`input` must have 2 or 3 dimensions"),
        (COUNTS[:0], PSF, ImageFileError, "`input` must not be empty"),
        (COUNTS * torch.nan, gaussian_psf(), ImageFileError, "`input` must hold finite numbers"),
        (-COUNTS, PSF, ImageFileError, "`input` must hold counts, none below zero"),
        (0 * COUNTS, PSF, ArgumentError, "`background` must be at least 0 and below the mean"),
        ("stack.npy", PSF, ArgumentError, "`psf` must be a file or a description"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_told(image, psf, error, told) -> None:
    with pytest.raises(error, match=told):
        deconvolve(image, psf)
