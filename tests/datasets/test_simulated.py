import pickle

import pytest
import torch
from torch.utils.data import DataLoader

from preimage.datasets import Cached, PatchDataset, Simulated, TensorDataset, collate
from preimage.errors import ArgumentError
from preimage.physics import Blur, Inpainting, Physics, stack
from preimage.physics.generators import GaussianBlurGenerator, SigmaGenerator
from preimage.physics.noise import GaussianNoise, PoissonNoise

GENERATOR = GaussianBlurGenerator(5) + SigmaGenerator(0.01, 0.1)


def images(count: int = 4) -> TensorDataset:
    return TensorDataset(torch.rand(count, 1, 8, 9, generator=torch.Generator().manual_seed(0)))


def blur() -> Physics:
    return Blur(torch.ones(1, 1, 1, 1), noise=GaussianNoise(0.1))


def test_measurements_are_those_of_the_drawn_parameters() -> None:
    samples = list(Simulated(images(), blur(), GENERATOR, seed=3))
    sigmas = [float(sample.params["sigma"]) for sample in samples]
    assert len(set(sigmas)) == 4
    batch = collate(samples)
    noise = batch.y - blur().replace(**batch.params).A(batch.x)
    assert torch.equal(batch.x, images().x)
    assert 0.5 < float((noise.flatten(1).std(1) / torch.tensor(sigmas)).mean()) < 1.5


def test_draws_follow_from_seed_epoch_and_index() -> None:
    torch.manual_seed(0)
    dataset = Simulated(images(), blur(), GENERATOR)
    a = dataset[2].y
    torch.manual_seed(1)
    assert torch.equal(dataset[2].y, a)
    assert torch.equal(Simulated(images(3), blur(), GENERATOR)[2].y, a)
    assert not torch.equal(dataset.at_epoch(1)[2].y, a)
    assert not torch.equal(Simulated(images(), blur(), GENERATOR, seed=1)[2].y, a)


def test_noise_of_neighbours_and_of_patches_is_independent() -> None:
    flat = TensorDataset(torch.full((2, 1, 40, 40), 0.5))
    y = [sample.y - 0.5 for sample in Simulated(PatchDataset(flat, 32, 2), identity(), seed=0)]
    for a, b in ((0, 1), (0, 2), (2, 3)):
        assert abs(float((y[a] * y[b]).mean())) < 5 / 32


def identity() -> Physics:
    return Inpainting(torch.ones(1, 1), noise=GaussianNoise(1.0))


def test_one_copy_stays_what_it_is() -> None:
    once = Simulated(images(), blur(), fresh=False)
    assert once.at_epoch(5) is once
    assert Cached(once).kept == 4
    patches = PatchDataset(once, 4)
    assert not torch.equal(patches.at_epoch(1)[0].y, patches[0].y)


def test_tuples_of_measurements_and_other_noises() -> None:
    both = stack(blur(), Inpainting(torch.ones(1, 1), noise=PoissonNoise(0.1)))
    batch = collate(list(Simulated(images(), both)))
    assert [leaf.shape for leaf in batch.y] == [(4, 1, 8, 9)] * 2


def test_workers_and_copies_give_the_same() -> None:
    dataset = Simulated(PatchDataset(images(), 5), blur(), GENERATOR).at_epoch(2)
    expected = collate(list(dataset))
    again = pickle.loads(pickle.dumps(dataset))
    assert torch.equal(collate(list(again)).y, expected.y)
    for workers, batch in ((0, 3), (2, 1)):
        loader = DataLoader(dataset, batch, num_workers=workers, collate_fn=collate)
        assert torch.equal(torch.cat([part.y for part in loader]), expected.y)


def test_there_must_be_an_image() -> None:
    with pytest.raises(ArgumentError, match="none in sample 0"):
        Simulated(TensorDataset(y=torch.ones(1, 2)), blur())[0]
