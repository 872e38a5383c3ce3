import pytest
import torch

from preimage.degradations import DrawnPipeline, Pipeline, bsrgan, bsrgan_plus, real_esrgan, scunet
from preimage.errors import ArgumentError

SCALED = [bsrgan, bsrgan_plus, real_esrgan]


@pytest.mark.parametrize("made", SCALED)
@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_sizes_are_those_of_the_scale_and_bits_repeat(made: type[Pipeline], scale: int, rng: torch.Generator) -> None:
    x = torch.rand(1, 3, 4 * scale + scale // 2, 6 * scale, generator=rng)
    for _ in range(6):
        drawn = made(scale).draw(rng)
        degraded, clean = drawn(x)
        assert degraded.shape == (1, 3, 4, 6)
        assert clean.shape == (1, 3, 4 * scale, 6 * scale)
        assert torch.equal(DrawnPipeline.from_json(drawn.to_json())(x).degraded, degraded)
        assert float(degraded.min()) >= 0
        assert float(degraded.max()) <= 1
        small, _ = drawn(x[:, :1, :scale, :scale])
        assert small.shape == (1, 1, 1, 1)


def test_bsrgan_has_its_steps_and_their_order(rng: torch.Generator) -> None:
    counts: dict[str, int] = {}
    for _ in range(200):
        names = [type(step).__name__ for step in bsrgan(3).draw(rng).steps]
        assert names[-1] == "DrawnJPEG"
        assert names[0] == "DrawnCrop"
        assert names.count("DrawnBlur") == 2
        first = min(names.index(name) for name in ("DrawnResize", "DrawnDecimation") if name in names)
        assert first < names.index("DrawnResizeTo")
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    assert abs(counts["DrawnDecimation"] - 50) < 25
    assert abs(counts["DrawnCamera"] - 50) < 25
    assert abs(counts["DrawnJPEG"] - 380) < 15


def test_scunet_leaves_size_and_clean_picture_to_its_steps(rng: torch.Generator) -> None:
    x = torch.rand(1, 3, 9, 13, generator=rng)
    for _ in range(20):
        degraded, clean = scunet().draw(rng)(x)
        assert degraded.shape == clean.shape
    degraded, clean = scunet(16, resize=(1.0, 1.0)).draw(rng)(torch.rand(1, 1, 17, 40))
    assert degraded.shape == (1, 1, 16, 16)


def test_wrong_scales_are_refused() -> None:
    for made in SCALED:
        with pytest.raises(ArgumentError, match="scale"):
            made(0)
