import pytest
import torch

from preimage.restore import denoise
from preimage.restore.frame.announce import Observer
from preimage.restore.methods import denoiser
from preimage.restore.methods.error_map import PROBES

pytestmark = pytest.mark.usefixtures("tiny")


class Listening(Observer):
    def __init__(self):
        self.heard = []

    def announced(self, what):
        self.heard.append(what)

    def __call__(self, done, total):
        self.heard.append((done, total))


def test_an_observer_is_told_of_every_picture_before_its_work():
    seen = Listening()
    pictures = torch.tensor([0.4, 0.5, 0.6]).reshape(3, 1, 1).expand(2, 3, 16, 24)
    denoise(pictures, sigma=0.1, progress=seen)
    first, second = seen.heard[1], seen.heard[3]
    assert [seen.heard[0], seen.heard[2], seen.heard[4]] == [(0, 2), (1, 2), (2, 2)]
    for what in (first, second):
        assert (what.task, what.method, what.shape) == ("denoise", "drunet", (3, 16, 24))
        assert what.level == "noise level 0.1000 (25.50/255), given"
        assert what.session.forecast().seconds is None  # too small to be worth it
        assert 4e8 < what.session.forecast().memory < 6e8


def test_grey_stored_as_colour_is_announced_as_grey():
    seen = Listening()
    restored = denoise(torch.full((3, 16, 24), 0.5), sigma=0.1, progress=seen)
    assert seen.heard[1].shape == (1, 16, 24)
    assert restored.image.shape == (3, 16, 24)
    assert torch.equal(restored.image[:1].expand(3, -1, -1), restored.image)


def test_the_time_is_in_proportion_to_the_work_and_draws_no_random_numbers(monkeypatch):
    """By a clock that takes a second a pixel of the small tile, so that a busy machine tells nothing else."""
    monkeypatch.setattr(denoiser, "seconds_of_call", lambda model, probe: float(model(probe, 0.1).numel()))
    seen = Listening()
    for side in (256, 1024):
        denoise(torch.full((1, side, side), 0.5), sigma=0.1, progress=seen)
    state = torch.random.get_rng_state()
    small, large = (what.session.forecast().seconds for what in (seen.heard[1], seen.heard[4]))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert small == pytest.approx(256**2)
    assert 16 * small <= large < 32 * small  # 16 times the pixels, and what tiles share


def test_the_passes_of_an_error_map_take_their_time_too(monkeypatch):
    monkeypatch.setattr(denoiser, "seconds_of_call", lambda model, probe: float(model(probe, 0.1).numel()))
    seen = Listening()
    for more in (False, True):
        denoise(torch.full((1, 256, 256), 0.5), sigma=0.1, error_map=more, progress=seen)
    plain, mapped = (what.session.forecast().seconds for what in seen.heard if not isinstance(what, tuple))
    assert seen.heard[-1][1] == 1 + PROBES
    assert mapped == (1 + PROBES) * plain


def test_what_an_observer_raises_ends_the_work():
    class Ending(Listening):
        def announced(self, what):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        denoise(torch.full((1, 16, 16), 0.5), sigma=0.1, progress=Ending())
