"""How far the statistics of a picture are from those of good photographs."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d
from typing_extensions import Self

from preimage._ranges import check_level
from preimage.errors import ShapeError
from preimage.metric.base import NoReferenceMetric
from preimage.metric.blind.statistics import FEATURES, normalize_locally, scene_features
from preimage.metric.perceptual.brightness import brightness, check_picture

__all__ = ["NIQE", "BRISQUEDistance", "PristineMetric", "patch_features", "picture_features"]

PATCH = 96


class PristineMetric(NoReferenceMetric):
    """The distance of a picture's statistics from a pristine model: their mean and covariance in good photographs.

    Args:
        mean: the mean of 36 features, (36,).
        covariance: their covariance, (36, 36).
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Raises:
        ArgumentError: ``data_range`` is not positive.
        ShapeError: the model is of another size.
    """

    def __init__(self, mean: Tensor, covariance: Tensor, data_range: float = 1.0) -> None:
        super().__init__()
        size = 2 * FEATURES
        if mean.shape != (size,) or covariance.shape != (size, size):
            raise ShapeError(
                f"`mean` and `covariance` must have shapes ({size},) and ({size}, {size}), got {tuple(mean.shape)} and "
                f"{tuple(covariance.shape)}; load a model, or fit one by its recipe."
            )
        check_level("data_range", data_range, "use 1 for images in [0, 1]")
        self.mean = mean
        self.covariance = covariance
        self.data_range = data_range

    @classmethod
    def untrained(cls) -> Self:
        """One whose pristine model is not fitted yet, to be filled by :func:`preimage.zoo.load_file`."""
        return cls(torch.zeros(2 * FEATURES), torch.eye(2 * FEATURES))


class NIQE(PristineMetric):
    """Natural image quality evaluator: ``sqrt((m - m')^T ((S + S') / 2)^+ (m - m'))``, 0 is most natural.

    ``m'`` and ``S'`` are mean and covariance of 36 features over the patches of the picture, ``m`` and ``S`` those of
    sharp patches of good photographs: the pristine model. Features are those of the publication for patches of 96
    pixels, at full size and at half (means over 2 x 2 pixels, where the publication interpolates). Patches start at the
    top left and do not overlap, and the rest at the bottom and right is not scored. Of RGB the brightness
    ``0.299 R + 0.587 G + 0.114 B`` is scored. It has no derivative worth the name, because shapes are looked up.

    Values depend on the pristine model, so they are not comparable with published ones:
    ``preimage.zoo.load("niqe-cbsd400")`` has a model of this package's own.

    Args:
        mean: ``m``, (36,).
        covariance: ``S``, (36, 36).
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real, with two patches or more.

    Raises:
        ArgumentError: ``data_range`` is not positive.
        ShapeError: the model or a picture is of another size.

    Source: Mittal, Soundararajan, Bovik, "Making a completely blind image quality analyzer", SPL 20, 2013.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The score of each image ``x``, (B,)."""
        check_picture(x, PATCH)
        if (x.shape[2] // PATCH) * (x.shape[3] // PATCH) < 2:
            raise ShapeError(f"`x` must hold two patches of {PATCH} pixels, got {tuple(x.shape)}; take a larger part.")
        scores = [self._distance(patch_features(image[None], self.data_range)[0]) for image in x]
        return torch.stack(scores).to(x.dtype) if scores else x.new_zeros(0)

    def _distance(self, features: Tensor) -> Tensor:
        offset = features.mean(0) - self.mean.double()
        pooled = (self.covariance.double() + features.T.cov()) / 2
        return (offset @ torch.linalg.pinv(pooled, hermitian=True) @ offset).clamp_min(0).sqrt()


class BRISQUEDistance(PristineMetric):
    """How far the 36 features of BRISQUE are from those of good photographs: ``sqrt((f - m)^T S^-1 (f - m))``.

    The publication lets a support vector machine predict opinions from the features. This package has no opinions to
    train on, so this is the Mahalanobis distance from a pristine model, and no published number is comparable:
    ``preimage.zoo.load("brisque-distance-cbsd400")``. Features are taken from the whole picture at full size and at
    half (means over 2 x 2 pixels), up to the border, which is repeated. Of RGB the brightness ``0.299 R + 0.587 G +
    0.114 B`` is scored.

    Args:
        mean: mean ``m`` of the features, (36,).
        covariance: their covariance ``S``, (36, 36).
        data_range: largest minus smallest possible value, > 0; 1 for images in [0, 1].

    Shapes: ``x`` (B, 1, H, W) or (B, 3, H, W), real, at least 32 pixels in each direction.

    Raises:
        ArgumentError: ``data_range`` is not positive.
        ShapeError: the model or a picture is of another size.

    Source: the features of Mittal, Moorthy, Bovik, "No-reference image quality assessment in the spatial domain", TIP
    21, 2012.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The score of each image ``x``, (B,)."""
        check_picture(x, 32)
        offset = picture_features(x, self.data_range) - self.mean.double()
        inverse = torch.linalg.pinv(self.covariance.double(), hermitian=True)
        return ((offset @ inverse) * offset).sum(1).clamp_min(0).sqrt().to(x.dtype)


def patch_features(x: Tensor, data_range: float) -> tuple[Tensor, Tensor]:
    """The features of each patch of one picture, (P, 36), and its sharpness: the mean local deviation, (P,).

    Args:
        x: (1, 1, H, W) or (1, 3, H, W), of at least one patch.
        data_range: largest minus smallest possible value.
    """
    rows, columns = (size - size % PATCH for size in x.shape[2:])
    x = (255 / data_range) * brightness(x)[:, :, :rows, :columns].double()
    found, sharpness = [], x.new_zeros(0)
    for side in (PATCH, PATCH // 2):
        values, spread = normalize_locally(x)
        if side == PATCH:
            sharpness = _cut(spread, side).mean((1, 2))
        found.append(scene_features(_cut(values, side)))
        x = avg_pool2d(x, 2)
    return torch.cat(found, 1), sharpness


def picture_features(x: Tensor, data_range: float) -> Tensor:
    """The features of whole pictures, (B, 36).

    Args:
        x: (B, 1, H, W) or (B, 3, H, W).
        data_range: largest minus smallest possible value.
    """
    x = (255 / data_range) * brightness(x).double()
    return torch.cat([scene_features(normalize_locally(image)[0][:, 0]) for image in (x, avg_pool2d(x, 2))], 1)


def _cut(x: Tensor, side: int) -> Tensor:
    """The squares of one image (1, 1, H, W), (P, side, side)."""
    return x[0, 0].unfold(0, side, side).unfold(1, side, side).flatten(0, 1)
