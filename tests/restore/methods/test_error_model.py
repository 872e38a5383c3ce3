import math

import pytest
import torch

from preimage.errors import ArgumentError
from preimage.restore import deblur, inpaint, superresolve
from preimage.restore.frame.level import Level
from preimage.restore.methods.error_features import FEATURES, TERMS
from preimage.restore.methods.error_model import ErrorModel, error_model, modelled_widths
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.inpaint import Inpaint

BOX = torch.ones(3, 3) / 9
Y = torch.rand(1, 1, 20, 24, generator=torch.Generator().manual_seed(0))
EASY = (0.0, 1.0)


def model(**terms: float) -> ErrorModel:
    """Widths ``2 exp(sum_k terms_k features_k)``."""
    products = (0.0,) * (TERMS - len(FEATURES))
    return ErrorModel(2.0, (1.0, 10.0), EASY, (*(terms.get(name, 0.0) for name in FEATURES), *products), {"A": 0.9})


def test_widths_are_the_exponential_of_a_sum_of_features() -> None:
    task, level = Deblur(BOX), Level(0.02, "given")
    found = modelled_widths(model(one=math.log(0.25), noise=1.0), task, task.problem(Y, 0.02), level, Y)
    torch.testing.assert_close(found.widths, torch.full_like(Y, 2 * 0.25 * 0.02))
    assert found.entry() == {"share": 0.9, "factor": 2.0, "probes": 0, "measured": {"A": 0.9}}
    assert not found.notes
    wide = modelled_widths(model(one=9.0), task, task.problem(Y, 0.02), level, Y)
    assert float(wide.widths.max()) == 1


def test_pixels_that_were_seen_without_noise_are_known() -> None:
    missing = torch.zeros(20, 24, dtype=torch.bool)
    missing[3:6, 7:9] = True
    task = Inpaint(missing)
    found = modelled_widths(model(one=-2.0), task, task.problem(Y, 0.0), Level(0.0, "given"), Y).widths[0, 0]
    assert bool((found[missing] > 0).all())
    assert not found[~missing].any()


@pytest.mark.parametrize(
    ("level", "hard", "told"),
    [
        (Level(20 / 255, "given"), 0.5, "calibrated for noise of 1/255 to 10/255"),
        (Level(5 / 255, "given"), 1.5, "harder to undo"),
        (Level(5 / 255, "estimated"), 0.5, "holds for white noise of the level found"),
    ],
)
def test_what_the_calibration_does_not_know_is_told(level: Level, hard: float, told: str) -> None:
    doubts = model().doubts(level, hard)
    assert len(doubts) == 1
    assert told in doubts[0]


def test_a_wrong_number_of_coefficients_is_told() -> None:
    with pytest.raises(ArgumentError, match="`coefficients` must be"):
        ErrorModel(1.0, (0.0, 1.0), EASY, (1.0, 2.0))


def test_methods_and_weights_without_calibration_are_refused() -> None:
    with pytest.raises(
        ArgumentError, match="dpir with diffusion-color is not calibrated for deblur of colour pictures"
    ):
        error_model("dpir", Deblur(BOX), 3, "diffusion-color")


@pytest.mark.parametrize(
    "run",
    [
        lambda **more: deblur(Y[0], BOX, sigma="5/255", **more),
        lambda **more: deblur(Y[0], BOX, sigma="5/255", method="usr", **more),
        lambda **more: superresolve(Y[0], 2, sigma="5/255", **more),
        lambda **more: inpaint(Y[0], torch.rand(20, 24, generator=torch.Generator().manual_seed(2)) < 0.3, **more),
    ],
)
def test_restorations_come_with_maps_of_their_size_and_measured_coverage(run) -> None:
    restored = run(error_map=True)
    (widths,) = restored.error_maps
    assert widths.shape == restored.image.shape
    assert float(widths.min()) >= 0
    assert float(widths.max()) <= 1
    measured = restored.record.resolved["error_map"]["measured"]
    assert measured
    assert all(0.85 < share < 0.95 for share in measured.values())


def test_a_blur_beyond_all_that_was_calibrated_is_out_of_range() -> None:
    restored = deblur(Y[0], torch.ones(19, 19) / 361, sigma="25/255", error_map=True)
    assert any("out of its range" in note for note in restored.record.notes)
