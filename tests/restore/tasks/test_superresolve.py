import pytest
import torch

from preimage import restore
from preimage.physics import Blur
from preimage.restore.tasks.kernel import read_kernel
from preimage.restore.tasks.superresolve import SuperResolve
from tests.restore.tasks.gain import gain


@pytest.mark.parametrize("factor", [2, 3])
@pytest.mark.parametrize("how", [{}, {"method": "dpir", "steps": 8}], ids=["usr", "dpir"])
def test_superresolution_beats_interpolation(scene, factor, how):
    truth = scene[:, :90, :90]
    task = SuperResolve(factor)
    pad = torch.nn.functional.pad(truth[None], (18, 18, 18, 18), mode="replicate")
    coarse = Blur(task.centred(), "circular")(pad)[0, :, 18:108:factor, 18:108:factor]
    restored = restore.superresolve(coarse, factor, sigma=0.0, **how).image
    bicubic = torch.nn.functional.interpolate(coarse[None], scale_factor=factor, mode="bicubic")[0]
    assert gain(restored, bicubic, truth) > 0.8


@pytest.mark.parametrize(("rows", "factor"), [(1, 2), (2, 3), (3, 4)])
@pytest.mark.parametrize("how", [{}, {"method": "dpir", "steps": 8}], ids=["usr", "dpir"])
def test_thin_pictures_are_enlarged(scene, rows, factor, how):
    truth = scene[:, : rows * factor, : 90 // factor * factor].mean(1, keepdim=True).expand(-1, rows * factor, -1)
    tall = torch.nn.functional.pad(truth[:, :1].expand(-1, 96, -1)[None], (24, 24, 0, 0), mode="replicate")
    blurred = Blur(SuperResolve(factor).centred(), "circular")(tall)[0, :, ::factor]
    coarse = blurred[:, 4 : 4 + rows, 24 : 24 + truth.shape[-1] : factor]
    for thin, expected in ((coarse, truth), (coarse.mT, truth.mT)):
        restored = restore.superresolve(thin.contiguous(), factor, sigma=0.0, **how).image
        bicubic = torch.nn.functional.interpolate(thin[None], scale_factor=factor, mode="bicubic")[0]
        assert restored.shape == expected.shape
        # A network that has seen large pictures only may lose a little on a few rows.
        assert gain(restored, bicubic, expected) > (0 if how else -0.5)


def test_a_given_kernel_is_centred_on_the_coarse_pixels():
    for factor in (2, 3, 4):
        ours = SuperResolve(factor).centred()
        width = {2: 0.7, 3: 1.0, 4: 1.3}[factor]
        given = SuperResolve(factor, read_kernel(f"gaussian:{width}")).centred()
        for kernel in (ours, given):
            rows = torch.arange(kernel.shape[0]) - kernel.shape[0] // 2
            assert float((kernel.sum(1) * rows).sum()) == pytest.approx(-(factor - 1) / 2, abs=0.02)
