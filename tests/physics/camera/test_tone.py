import pytest
import torch

from preimage.physics.camera.tone import TONES, to_light, to_picture


def test_values_of_the_standard():
    light = torch.tensor([0.0, 0.0031308, 0.18, 0.2140411, 1.0], dtype=torch.float64)
    expected = torch.tensor([0.0, 0.0404499, 0.4613561, 0.5, 1.0], dtype=torch.float64)
    torch.testing.assert_close(to_picture(light, "srgb"), expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(to_picture(light, "smoothstep")[3:], torch.tensor([0.5, 1.0], dtype=torch.float64))


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_light_comes_back_and_slopes_are_finite(tone, dtype):
    value = torch.linspace(0, 1, 257, dtype=dtype, requires_grad=True)
    light = to_light(value, tone)
    assert light.min() == 0
    torch.testing.assert_close(to_picture(light, tone), value, rtol=0, atol=1e-6 if dtype == torch.float32 else 1e-12)
    light.sum().backward()
    assert value.grad is not None
    assert value.grad.isfinite().all()
    assert (light.diff() > 0).all()
