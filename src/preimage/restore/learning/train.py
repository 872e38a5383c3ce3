"""A denoiser fitted to the noisy pictures of a folder."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage._shapes import per_image
from preimage._tree import Measurement
from preimage.denoisers import Denoiser
from preimage.loss import Loss, LossInputs
from preimage.machine.precision import multiplies_bfloat16
from preimage.physics import CorrelatedGaussianNoise, Denoising, GaussianNoise, Physics
from preimage.reconstructor import Reconstructor
from preimage.restore.learning.crops import NoisyCrops, stabilised
from preimage.restore.learning.found import FoundNoise, NoisyPicture, find_folder_noise
from preimage.training import Budget, Hours, Learning, Trainer, TrainingProgress, WarmupStableDecay
from preimage.training.checkpoint import write_weights

__all__ = ["DenoiserTraining", "learn_denoiser"]

_USUAL = {1: "drunet-grey-compact", 3: "drunet-color-compact"}


@dataclass(frozen=True)
class DenoiserTraining:
    """Everything that decides the weights, together with the noisy pictures.

    Args:
        budget: how long.
        start: weights to start from, a name or file for :func:`preimage.zoo.load`; by default the compact DRUNet.
        batch: crops a step.
        size: the side of a crop, pixels.
        alpha: how much noisier the pictures are that the network is shown.
        rate: the learning rate of Adam.
        seed: the seed of crops and noise.
    """

    budget: Budget = field(default_factory=lambda: Hours(1.0))
    start: str | None = None
    batch: int = 8
    size: int = 64
    alpha: float = 0.5
    rate: float = 2e-4
    seed: int = 0


class ToldLevel(Reconstructor):
    """A denoiser that is told the level which ``preimage restore denoise`` finds, times what its noise has grown.

    Args:
        denoiser: the network.
    """

    def __init__(self, denoiser: Denoiser) -> None:
        super().__init__()
        self.denoiser = denoiser

    def forward(self, y: Measurement, physics: Physics) -> Tensor:
        """The picture without the noise of ``physics``."""
        assert isinstance(physics, NoisyAsTold)
        return self.denoiser(y, physics.told)


class NoisyAsTold(Denoising):
    """Pictures with noise, and the level that the denoiser is told of it.

    Args:
        noise: the noise itself.
        told: the standard deviation that is told, image units, (B,).
    """

    def __init__(self, noise: GaussianNoise | CorrelatedGaussianNoise, told: float | Tensor = 0.1) -> None:
        super().__init__(noise)
        self.told = told


class SameNoiseR2R(Loss):
    r"""``||f(y + alpha n) - (y - n / alpha)||^2`` per pixel, with ``n`` drawn as the noise of the physics.

    For Gaussian noise of any covariance that is the supervised risk of ``f`` at ``y + alpha n`` and a constant.

    Args:
        alpha: > 0.

    Source: Pang, Zheng, Quan, Ji, "Recorrupted-to-Recorrupted", CVPR 2021.
    """

    needs_estimate = False

    def __init__(self, alpha: float = 0.5) -> None:
        super().__init__()
        self.alpha = alpha

    def evaluate(self, inputs: LossInputs) -> Tensor:
        """The mean over the pixels of each image, (B,)."""
        physics, y = inputs.physics, inputs.y
        assert isinstance(physics, NoisyAsTold)
        n = physics.noise.sample(torch.zeros_like(y), inputs.rng)
        noisier = physics.replace(told=per_image((1 + self.alpha**2) ** 0.5, y).flatten() * physics.told)
        error = inputs.model(y + self.alpha * n, noisier) - (y - n / self.alpha)
        return error.square().flatten(1).mean(1)


def learn_denoiser(
    folder: Path,
    out: Path,
    training: DenoiserTraining | None = None,
    *,
    device: str = "cpu",
    progress: TrainingProgress | None = None,
    say: Callable[[str], object] = lambda line: None,
) -> Path | None:
    """Fit a denoiser to the noisy pictures of a folder; no clean ones are needed.

    What the noise is, is found in the pictures: white, of light, or going on from pixel to pixel. The network is shown
    pictures with more noise of the same law and learns to predict independent ones. Every fifth picture, where there
    are five, is kept to choose the best weights by. ``preimage restore denoise --weights OUT/denoise.safetensors``
    uses them.

    Args:
        folder: noisy pictures, best of one camera at one setting.
        out: the folder of the run; a run that was stopped goes on from there.
        training: everything else that decides the weights.
        device: where to compute.
        progress: told of steps; it can stop the session.
        say: is given a line on what was found.

    Returns:
        the file of weights; ``None`` where the training was stopped.

    Raises:
        ImageFileError: the folder holds no noisy pictures.
        WeightsError: ``out`` holds another training.
    """
    recipe = training or DenoiserTraining()
    found = find_folder_noise(folder)
    say(found.describe())
    run = build_trainer(found, recipe, device).fit(out, progress=progress)
    if not run.finished:
        return None
    target = out / "denoise.safetensors"
    assert isinstance(run.model, ToldLevel)
    write_weights(target, run.model.denoiser.state_dict())
    return target


def build_trainer(found: FoundNoise, recipe: DenoiserTraining, device: str = "cpu") -> Trainer:
    """The training of a denoiser for the noise that was found."""
    pictures = [_seen(picture, found.kind) for picture in found.pictures]
    channels = pictures[0].pixels.shape[0]
    size = min(recipe.size, *(min(picture.pixels.shape[-2:]) // 8 * 8 for picture in pictures))
    held = pictures[4::5]
    kept = [picture for number, picture in enumerate(pictures) if number % 5 != 4]
    noise = GaussianNoise(0.1) if found.kernel is None else CorrelatedGaussianNoise(found.kernel, 0.1, 0.0)
    whole = NoisyCrops(tuple(kept), size, turned=found.kernel is None, seed=recipe.seed)
    checks = NoisyCrops(tuple(held), size, random=False) if held else None
    precision = "bfloat16" if multiplies_bfloat16(torch.device(device)) else "float32"
    return Trainer(
        ToldLevel(_start(recipe.start or _USUAL[channels])), NoisyAsTold(noise), SameNoiseR2R(recipe.alpha), whole,
        checks, metrics=(), budget=recipe.budget, batch=recipe.batch, check_every=200, device=device, seed=recipe.seed,
        learning=Learning(
            recipe.rate, schedule=lambda steps: WarmupStableDecay(steps, 20, 0.5), ema_decay=0.99, precision=precision
        ),
    )  # fmt: skip


def _seen(picture: NoisyPicture, kind: str) -> NoisyPicture:
    """As the network sees the picture when it is restored."""
    return stabilised(picture, picture.light) if kind == "light" and picture.light else replace(picture, light=None)


def _start(name: str) -> Denoiser:
    network = zoo.load(name)
    assert isinstance(network, Denoiser)
    return network
