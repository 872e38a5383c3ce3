import pytest
import torch

from preimage.blind.light import Light
from preimage.denoisers import AnscombeDenoiser, Denoiser, Traits
from preimage.errors import ArgumentError
from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.restore.methods.network import Network
from preimage.restore.methods.passes import Work
from tests.restore.frame.test_task import Shaded


class Minus(Denoiser):
    """``x - sigma``, trained on colour for levels from 0 to 0.5."""

    traits = Traits(channels=3, sigma_range=(0.0, 0.5))

    def forward(self, x: torch.Tensor, sigma: float | torch.Tensor) -> torch.Tensor:
        return x - torch.as_tensor(sigma, dtype=x.dtype).reshape(-1, 1, 1, 1)


Y = torch.rand(1, 3, 4, 5, generator=torch.Generator().manual_seed(0))


def test_one_call_with_the_level_times_the_strength() -> None:
    outcome = Network().solve(Shaded(), Y, Minus(), Level(0.1, "given"), Work(1.5, 1, False))
    torch.testing.assert_close(outcome.x, Y - 0.15)
    assert (outcome.share, str(outcome.reason.kind)) == (1.0, "one_pass")


def test_of_faint_noise_a_part_that_falls_with_its_variance_is_removed() -> None:
    """Asked for 3/255, the least for colour, and a ninth of the change kept."""
    applied = Network().applied(Shaded(), Minus())
    torch.testing.assert_close(applied(Y, 1 / 255), Y - 3 / 255 / 9)
    outcome = Network().solve(Shaded(), Y, applied, Level(1 / 255, "given"), Work(1.0, 1, False))
    assert outcome.share == pytest.approx(1 / 9)


def test_noise_of_light_is_removed_after_anscombe_s_transform() -> None:
    light = Light(0.01, 0.02)
    level = Level(light.over(Y), "given", light=light)
    outcome = Network().solve(Shaded(), Y, Minus(), level, Work(2.0, 1, False))
    torch.testing.assert_close(outcome.x, AnscombeDenoiser(Minus(), 0.01, 2.0)(Y, 0.02))


def test_there_are_no_steps() -> None:
    Network().check(Shaded(), Settings())
    with pytest.raises(ArgumentError, match="`steps` must be left out for drunet, got 3"):
        Network().check(Shaded(), Settings(steps=3))
    with pytest.raises(ArgumentError, match="`trace` must be left out for drunet"):
        Network().check(Shaded(), Settings(trace=True))
