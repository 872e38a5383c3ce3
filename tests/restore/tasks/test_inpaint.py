import torch

from preimage import restore
from tests.restore.tasks.gain import gain


def test_inpainting_gains(scene, rng):
    missing = torch.rand(96, 96, generator=rng) < 0.5
    holed = torch.where(missing, 0.0, scene)
    restored = restore.inpaint(holed, missing, sigma=0.0, steps=15)
    assert gain(restored.image, holed, scene) > 15
    assert torch.allclose(restored.image[:, ~missing], scene[:, ~missing], atol=1e-5)
    assert "50." in restored.record.notes[0] or "49." in restored.record.notes[0]
