import torch
import torch.nn.functional as F

from preimage import zoo
from preimage.blind import estimate_noise
from preimage.restore.frame.level import GoingOn
from preimage.restore.methods.camera import WEIGHTS, camera_denoiser, is_as_of_cameras, is_for_white_noise
from tests.blind.noise.test_estimate import scene, smeared


def test_noise_of_a_camera_goes_that_a_denoiser_of_white_noise_leaves():
    x = scene(3, 160)
    y = (x + 0.07 * smeared(x.shape)).clamp(0, 1)
    found = estimate_noise(y)
    inside = zoo.load_denoiser("drunet-color-compact")
    with torch.no_grad():
        camera = F.mse_loss(camera_denoiser(inside, found.octaves())(y[None], found.sigma)[0], x)
        white = F.mse_loss(inside(y[None], found.sigma)[0], x)
    assert float(camera) < 0.5 * float(white)
    assert float(camera) < 0.1 * float((y - x).square().mean())


def test_the_networks_know_noise_with_fine_octaves_alone():
    assert is_as_of_cameras(GoingOn((0.31, 1.4, 3.3), 3.9))
    assert not is_as_of_cameras(GoingOn((0.24, 1.4, 3.4), 3.8))  # white noise after a Gaussian of 1.5 pixels
    assert not any(map(is_for_white_noise, WEIGHTS.values()))
    assert is_for_white_noise("drunet-color-compact")
    assert not is_for_white_noise("a.safetensors")
