import csv
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

from preimage._draws import step_generator
from preimage.training import LearningRule, StepRecipe, TrainingProgress, TrainingSession, WarmupStableDecay
from preimage.training.recipe import rms_per_image


@dataclass(frozen=True, kw_only=True)
class MeanColour(StepRecipe):
    """A number that becomes the mean of the images, seen with noise."""

    steps: int = 40
    title: ClassVar[str] = "mean"
    checkpoint_every: ClassVar[int] = 15

    def network(self):
        network = nn.Linear(1, 1, bias=False)
        nn.init.zeros_(network.weight)
        return network

    def batch(self, images, step):
        noise = 0.02 * torch.randn(4, generator=step_generator(self.seed, step))
        return (torch.stack([image.float().mean() / 255 for image in images]).mean() + noise,)

    def loss(self, network, batch, step):
        return (network.weight.squeeze() - batch[0]).square().mean()

    def rule(self, network):
        return LearningRule([torch.optim.SGD(network.parameters(), lr=0.2)], WarmupStableDecay(self.steps, 1), 0.0)

    def scores(self, network, images):
        return {"off": abs(float(network.weight.detach()) - float(images[0].float().mean() / 255))}


class Told(TrainingProgress):
    def __init__(self):
        self.told = []

    def begins(self, stage, steps):
        self.told.append((stage, steps))

    def ends(self, stage, step, seconds):
        self.told.append((stage, step))


@pytest.fixture
def grey(tmp_path):
    (tmp_path / "grey").mkdir()
    Image.fromarray(np.full((8, 8), 102, np.uint8)).save(tmp_path / "grey" / "a.png")
    return tmp_path / "grey"


def test_a_recipe_says_all_that_is_needed(grey, tmp_path):
    told = Told()
    learned = MeanColour().train(TrainingSession(grey, tmp_path / "out", validate=grey, progress=told))
    assert float(load_file(learned.weights)["weight"]) == pytest.approx(0.4, abs=0.05)
    assert float(learned.network.weight.detach()) == float(load_file(learned.weights)["weight"])
    assert told.told == [("mean", 40), ("mean", 40)]
    with (tmp_path / "out" / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["15", "30", "40"]
    assert float(rows[-1]["off"]) < 0.05


def test_it_goes_on_with_the_same_bits(grey, tmp_path):
    whole = MeanColour().train(TrainingSession(grey, tmp_path / "whole"))
    while not (cut := MeanColour().train(TrainingSession(grey, tmp_path / "cut", time_budget=0.0))).finished:
        pass
    assert cut.weights.read_bytes() == whole.weights.read_bytes()


def test_the_seed_is_that_of_the_batches(grey, tmp_path):
    first = MeanColour().train(TrainingSession(grey, tmp_path / "a")).weights.read_bytes()
    assert MeanColour(seed=1).train(TrainingSession(grey, tmp_path / "b")).weights.read_bytes() != first


def test_root_mean_squares_are_means_of_images():
    error = torch.stack([torch.full((1, 2, 2), 3.0), torch.full((1, 2, 2), -1.0)])
    assert float(rms_per_image(error)) == pytest.approx(2.0)
