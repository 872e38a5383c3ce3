"""Fit the pristine models of NIQE and of BRISQUE's distance to a folder of good photographs.

    preimage train niqe --data CBSD400 --out runs/niqe
    preimage train brisque-distance --data CBSD400 --out runs/brisque

``runs/niqe/niqe.safetensors`` then holds the mean and the covariance of the features of :class:`preimage.metric.NIQE`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from typing_extensions import override

from preimage._ranges import check_interval
from preimage.datasets import load_images
from preimage.errors import ArgumentError
from preimage.metric import NIQE, BRISQUEDistance
from preimage.metric.blind.natural import patch_features, picture_features
from preimage.training.checkpoint import write_weights
from preimage.training.recipe import Learned, Recipe, TrainingSession

__all__ = ["BRISQUEDistanceRecipe", "NIQERecipe"]


@dataclass(frozen=True, kw_only=True)
class NIQERecipe(Recipe):
    """Mean and covariance of the features of sharp patches.

    Args:
        sharpness: patches whose mean local deviation is more than this share of the largest of their picture count.

    Raises:
        ArgumentError: ``sharpness`` is not in [0, 1).
    """

    sharpness: float = 0.75

    title: ClassVar[str] = "niqe"

    def __post_init__(self) -> None:
        check_interval("sharpness", self.sharpness, "[0, 1)", "0.75 is published")

    @override
    def train(self, session: TrainingSession) -> Learned:
        """Fit, and write the model; a run that is stopped starts anew."""
        metric = NIQE(*fit_model(self._features, session, self.title))
        return _kept(metric, session, self.title)

    def _features(self, image: Tensor) -> Tensor:
        features, sharpness = patch_features(image, 1.0)
        return features[sharpness > self.sharpness * sharpness.max()]


@dataclass(frozen=True, kw_only=True)
class BRISQUEDistanceRecipe(Recipe):
    """Mean and covariance of the features of whole pictures."""

    title: ClassVar[str] = "brisque-distance"

    @override
    def train(self, session: TrainingSession) -> Learned:
        """Fit, and write the model; a run that is stopped starts anew."""
        metric = BRISQUEDistance(*fit_model(lambda image: picture_features(image, 1.0), session, self.title))
        return _kept(metric, session, self.title)


def fit_model(features_of: Callable[[Tensor], Tensor], session: TrainingSession, title: str) -> tuple[Tensor, Tensor]:
    """The mean and the covariance of features over the brightness of all pictures of a folder, float32.

    Args:
        features_of: gives the features (n, 36) of a picture (1, 1, H, W).
        session: the folder, and who is told of each picture.
        title: the name of the fit, for its progress.

    Raises:
        ArgumentError: there are too few pictures for a covariance.
    """
    images, progress, found = load_images(session.data, 1), session.progress, []
    started = time.monotonic()
    progress.begins(title, len(images))
    with torch.no_grad():
        for number, image in enumerate(images, 1):
            found.append(features_of(image[None] / 255))
            progress.on_step(number, float(found[-1].mean()))
    progress.ends(title, len(images), time.monotonic() - started)
    features = torch.cat(found)
    if len(features) <= features.shape[1]:
        raise ArgumentError(
            f"`data` must hold pictures with more than {features.shape[1]} sets of features, got {len(features)}; add "
            "pictures."
        )
    return features.mean(0).float(), features.T.cov().float()


def _kept(metric: NIQE | BRISQUEDistance, session: TrainingSession, title: str) -> Learned:
    session.out.mkdir(parents=True, exist_ok=True)
    target = session.out / f"{title}.safetensors"
    write_weights(target, metric.state_dict())
    return Learned(metric, target, True)
