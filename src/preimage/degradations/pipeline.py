"""Pipelines: random histories of pictures, and single ones that can be told and repeated."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from preimage._shapes import check_image
from preimage.degradations.crop import DrawnCrop
from preimage.degradations.step import DrawnStep, Pair, Step, as_tuples
from preimage.degradations.table import drawn_steps
from preimage.errors import ArgumentError, ShapeError

__all__ = ["DrawnPipeline", "Pipeline"]

_MARGIN = 8  # pixels of the result that what is beyond its border may reach


@dataclass(frozen=True)
class DrawnPipeline:
    """One history: steps with every number fixed.

    ``drawn(image)`` takes (B, C, H, W) in [0, 1] and returns ``(degraded, clean)``. The numbers are the same for all
    samples, the noise is another one for each. Equal calls give equal bits; :meth:`to_json` keeps all that they need.

    Args:
        steps: the steps, the first first.
        size: side of the square that is cut out of the middle of the result, or None for all of it.
    """

    steps: tuple[DrawnStep, ...]
    size: int | None = None

    def __call__(self, image: Tensor) -> Pair:
        """Degrade ``image``; values are clipped to [0, 1] after each step.

        Raises:
            ShapeError: the image is no real (B, C, H, W), or too small for the pipeline's ``size``.
        """
        check_image(image, spatial=(2,))
        if image.is_complex():
            raise ShapeError(f"`image` must be real, got {image.dtype}; give a picture.")
        start = image.clamp(0, 1)
        if self.size is not None:
            start = DrawnCrop(size=self.source_size(self.size)).apply(Pair(start, start)).clean
        pair = Pair(start, start)
        for step in self.steps:
            degraded, clean = step.apply(pair)
            pair = Pair(degraded.clamp(0, 1), clean if clean is pair.clean else clean.clamp(0, 1))
        if self.size is None:
            return pair
        if min(pair.clean.shape[-2:]) < self.size:
            raise ShapeError(
                f"`image` must have sides of at least {self.source_size(self.size)} pixels for a result of "
                f"{self.size}, got {tuple(image.shape[-2:])}; give a larger picture, or a pipeline that shrinks less."
            )
        return DrawnCrop(size=self.size).apply(pair)

    def source_size(self, size: int) -> int:
        """How large a square of the picture decides on the middle ``size`` pixels of the clean result, nearly."""
        zoom = math.prod(step.zoom for step in self.steps)
        return math.ceil(size / zoom) if zoom == 1 else math.ceil((size + 2 * _MARGIN) / zoom)

    def to_json(self) -> str:
        """The steps and their numbers as JSON, which :meth:`from_json` reads."""
        return json.dumps({"steps": [step.describe() for step in self.steps], "size": self.size}, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> "DrawnPipeline":
        """The pipeline that :meth:`to_json` wrote.

        Raises:
            ArgumentError: the text tells of no pipeline.
        """
        try:
            told = json.loads(text)
            size = None if told.get("size") is None else int(told["size"])
            return DrawnPipeline(tuple(map(_step, told["steps"])), size)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ArgumentError(
                f"`text` must be what to_json of a drawn pipeline wrote, got {text[:60]!r}; draw one and write it."
            ) from error


def _step(told: Mapping[str, Any]) -> DrawnStep:
    fields = dict(told)
    return drawn_steps()[fields.pop("step")](**as_tuples(fields))


@dataclass(frozen=True)
class Pipeline:
    """A distribution of histories: ``pipeline.draw(generator)`` draws one, which is then applied to pictures.

    ``Pipeline((BlurStep(), GaussianNoiseStep((2, 25)))).draw(generator)(image)`` is ``(degraded, clean)``.

    Args:
        steps: what happens to a picture, the first first.
        size: side of the square that is cut out of the middle of the result, or None for all of it. What does not
            reach it is cut off before the first step, which saves time.
    """

    steps: tuple[Step, ...]
    size: int | None = None

    def draw(self, rng: torch.Generator) -> DrawnPipeline:
        """Draw every number, seeds of noise included."""
        return DrawnPipeline(tuple(drawn for step in self.steps for drawn in step.draw(rng)), self.size)

    def draw_batch(self, images: Tensor, rng: torch.Generator) -> Pair:
        """Another history for each sample of ``images`` (B, C, H, W); the results must be of one size.

        Raises:
            ShapeError: results have several sizes, because the pipeline resizes at random and has no ``size``.
        """
        return _together([self.draw(rng)(image[None]) for image in images], images)


def _together(pairs: Sequence[Pair], images: Tensor) -> Pair:
    if not pairs:
        return Pair(images, images)
    if len({(pair.degraded.shape, pair.clean.shape) for pair in pairs}) > 1:
        sizes = sorted({tuple(pair.clean.shape[-2:]) for pair in pairs})
        raise ShapeError(
            f"`size` must be given where results have several sizes, got {sizes}; give the side in pixels."
        )
    return Pair(torch.cat([pair.degraded for pair in pairs]), torch.cat([pair.clean for pair in pairs]))
