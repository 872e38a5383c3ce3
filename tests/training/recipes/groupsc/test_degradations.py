import math

import pytest
import torch

from preimage.physics import Demosaicing
from preimage.training.recipes.groupsc.degradations import TASKS, Compressed, DegradedCrops, Noisy, compression


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", TASKS)
def test_a_batch_is_decided_by_its_generator(name, photographs):
    task = TASKS[name]
    images = task.images(photographs)
    first, again, other = (task.batch(images, 3, 16, seeded(seed)) for seed in (0, 0, 1))
    assert first.clean.shape == first.measured.shape == (3, task.channels, 16, 16)
    assert first.level.shape == (3,)
    assert torch.equal(first.measured, again.measured)
    assert torch.equal(first.level, again.level)
    assert not torch.equal(first.clean, other.clean)
    assert float(first.clean.min()) >= 0
    assert float(first.clean.max()) <= 1
    assert len(task.thresholds()) == len(task.levels)


def test_noise_has_its_level_and_half_of_the_crops_one_of_those_with_thresholds():
    task = TASKS["grey"]
    grey = [torch.full((1, 40, 40), 128, dtype=torch.uint8)]
    batch = task.batch(grey, 200, 32, seeded())
    torch.testing.assert_close((batch.measured - batch.clean).std((1, 2, 3)), batch.level, rtol=0.12, atol=0)
    levels = torch.tensor(task.levels)
    exact = torch.isin(batch.level, levels)
    assert 0.4 < float(exact.float().mean()) < 0.6
    assert bool((batch.level >= levels[0]).all())
    assert bool((batch.level <= levels[-1]).all())


def test_a_mosaic_is_that_of_the_physics(photographs):
    task = TASKS["mosaic"]
    batch = task.batch(task.images(photographs), 2, 16, seeded())
    y = Demosaicing()(batch.clean)
    torch.testing.assert_close(batch.measured, Demosaicing().A_adjoint(y))
    assert batch.mask is not None
    assert torch.equal(batch.measured * batch.mask, batch.measured)


def test_compressed_crops_are_those_of_whole_compressed_images(photographs):
    task = Compressed(1, (0.6, 0.9), qualities=(40, 10))
    images = task.images(photographs)
    assert torch.equal(images[0][1:2], compression(images[0][:1], 40))
    batch = task.batch(images[:1], 12, 16, seeded())
    assert set(batch.level.tolist()) == set(torch.tensor([0.6, 0.9]).tolist())
    image = images[0].float() / 255
    for clean, measured, level in zip(batch.clean, batch.measured, batch.level, strict=True):
        which = 1 if math.isclose(level, 0.6, abs_tol=1e-6) else 2
        windows = image[[0, which]].unfold(1, 16, 1).unfold(2, 16, 1).permute(1, 2, 0, 3, 4).flatten(0, 1)
        symmetries = [torch.stack([clean[0], measured[0]])]
        symmetries += [turned.mT for turned in symmetries]
        symmetries += [turned.flip(-1) for turned in symmetries]
        symmetries += [turned.flip(-2) for turned in symmetries]
        assert any(bool((windows == turned).all((1, 2, 3)).any()) for turned in symmetries)


def test_thresholds_start_in_proportion_to_the_noise():
    torch.testing.assert_close(Noisy(1, (5 / 255, 25 / 255, 50 / 255)).thresholds(), torch.tensor([0.004, 0.02, 0.04]))
    assert TASKS["mosaic"].thresholds().tolist() == pytest.approx([0.004])


def test_parts_of_a_batch():
    clean, level = torch.arange(4.0).reshape(4, 1, 1, 1), torch.arange(4.0)
    shared, own = torch.ones(1, 1, 1, 1), clean + 10
    part = DegradedCrops(clean, -clean, level, own).part(slice(1, 3))
    assert part.mask is not None
    assert (part.clean.flatten().tolist(), part.measured.flatten().tolist()) == ([1, 2], [-1, -2])
    assert (part.level.tolist(), part.mask.flatten().tolist()) == ([1, 2], [11, 12])
    assert DegradedCrops(clean, clean, level, shared).part(slice(1, 3)).mask is shared
    assert DegradedCrops(clean, clean, level).part(slice(0, 1)).to(torch.device("cpu")).mask is None
