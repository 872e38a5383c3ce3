import torch
import torch.nn.functional as F

from preimage import zoo
from preimage.blind import estimate_noise
from preimage.restore.methods.camera import camera_denoiser
from tests.blind.noise.test_estimate import scene, smeared


def test_noise_of_a_camera_goes_that_a_denoiser_of_white_noise_leaves():
    x = scene(3, 160)
    y = (x + 0.07 * smeared(x.shape)).clamp(0, 1)
    found = estimate_noise(y)
    inside = zoo.load_denoiser("drunet-color-compact")
    with torch.no_grad():
        camera = F.mse_loss(camera_denoiser(inside, found)(y[None], found.sigma)[0], x)
        white = F.mse_loss(inside(y[None], found.sigma)[0], x)
    assert float(camera) < 0.5 * float(white)
    assert float(camera) < 0.1 * float((y - x).square().mean())
