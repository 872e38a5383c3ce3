from preimage import restore
from preimage.physics import Blur, GaussianNoise
from preimage.restore.tasks.kernel import read_kernel
from tests.restore.tasks.gain import gain


def test_deblurring_gains_up_to_the_border(scene, rng):
    kernel = read_kernel("motion:7@30")
    blurred = Blur(kernel, "valid", noise=GaussianNoise(0.01))(scene[None], rng)[0]
    inset = kernel.shape[0] // 2
    truth = scene[:, inset:-inset, inset:-inset]
    restored = restore.deblur(blurred, kernel, sigma=0.01).image
    assert gain(restored, blurred, truth) > 3
    edge = (slice(None), slice(None), slice(0, 6))
    # Periodic deblurring loses several dB here.
    assert gain(restored[edge], blurred[edge], truth[edge]) > 1
