import pytest
import torch

from preimage.blind import estimate_noise
from preimage.plot import draw_noise

pytest.importorskip("matplotlib")


@pytest.mark.parametrize("channels", [1, 3])
def test_there_is_a_line_for_each_channel_and_one_of_the_spectrum(channels: int) -> None:
    y = 0.5 + 0.05 * torch.randn(channels, 96, 96, generator=torch.Generator().manual_seed(0))
    levels, spectrum = draw_noise(estimate_noise(y)).axes
    assert len(levels.lines) == channels
    assert len(spectrum.lines) == 2
    assert max(levels.lines[0].get_ydata()) == pytest.approx(12.75, rel=0.3)
