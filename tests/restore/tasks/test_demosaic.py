from preimage import restore
from preimage.metric import PSNR
from preimage.physics import Demosaicing
from tests.restore.tasks.gain import gain


def test_demosaicking_gains(scene):
    mosaic = Demosaicing("GRBG")(scene[None])[0]
    restored = restore.demosaic(mosaic, "GRBG", sigma=0.0, steps=10).image
    assert float(PSNR()(restored[None], scene[None])) > 30
    wrong = restore.demosaic(mosaic, "RGGB", sigma=0.0, steps=2).image
    assert gain(restored, wrong, scene) > 10
