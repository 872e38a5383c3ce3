"""Parts of a picture, coded by a sparse model."""

from dataclasses import dataclass

import torch
from torch import Tensor

from preimage.models.sparse import SC, Coding
from preimage.models.sparse.similarity import SimilarityMatrix
from preimage.models.sparse.windows import tiles
from preimage.transform import assemble_patches, patch_counts

__all__ = ["CodedPart", "Scene", "Square"]

# Side in pixels of the window in which patches are compared where the model does not compare any.
_WINDOW = 48


@dataclass(frozen=True)
class Square:
    """A rectangle of a picture, in pixels."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True)
class CodedPart:
    """The patches that touch a part, in order of their rows.

    Attributes:
        centres: row and column, in the picture, of the middle pixel of each patch, (n, 2); for an even side, of the
            first pixel after the middle.
        patches: what was measured, less its mean, (n, m).
        means: (n, 1).
        codes: (n, atoms).
        cleaned: the patches restored, less their mean, ``W a``, (n, m).
        similarity: that of the last steps; for a model without, ``exp(-||x_i - x_j||^2)`` of its estimates.
        estimate: the restored part, (C, height, width).
    """

    part: Square
    centres: Tensor
    patches: Tensor
    means: Tensor
    codes: Tensor
    cleaned: Tensor
    similarity: SimilarityMatrix
    estimate: Tensor

    def nearest(self, at: tuple[int, int]) -> int:
        """The number of the patch whose centre is closest to a pixel."""
        return int((self.centres - torch.tensor(at, device=self.centres.device)).square().sum(1).argmin())

    def similarities(self, number: int) -> Tensor:
        """Of the patch ``number`` with all patches, (n,), each counted once: zero outside its window."""
        for index, tile in enumerate(self.similarity.tiles):
            here = torch.nonzero(tile.queries == number).flatten()
            if len(here):
                row = self.codes.new_zeros(len(self.codes))
                weights, counts = self.similarity.weights(index)[0, here[0]], tile.seen
                row[tile.keys] = weights if counts is None else weights / counts[here[0]].clamp_min(1)
                return row
        raise AssertionError("every patch is in a tile")

    def energies(self) -> Tensor:
        """``||W a_i||^2`` less what the means of the channels have, (n,): plain colour is not texture."""
        channels = self.cleaned.unflatten(1, (len(self.estimate), -1))
        return (channels - channels.mean(-1, keepdim=True)).square().sum((1, 2))

    def group_sizes(self) -> Tensor:
        """``sum_j S_ij``, (n,): as how many equal patches those like a patch count, itself among them."""
        sizes = self.codes.new_empty(len(self.codes))
        for index, tile in enumerate(self.similarity.tiles):
            sizes[tile.queries] = self.similarity.weights(index)[0].sum(-1)
        return sizes


@dataclass(frozen=True)
class Scene:
    """A degraded picture.

    Attributes:
        pixels: (C, H, W) for a model of C channels, zero where nothing was measured.
        level: in the units of the model's levels.
        mask: one where ``pixels`` were measured, alike; ``None`` where all were.
    """

    pixels: Tensor
    level: float
    mask: Tensor | None = None

    def around(self, at: tuple[int, int], side: int) -> Square:
        """A square of ``side`` pixels with ``at`` in its middle, moved and cut to lie in the picture."""
        height, width = self.pixels.shape[1:]
        tall, wide = min(side, height), min(side, width)
        top = min(max(at[0] - tall // 2, 0), height - tall)
        left = min(max(at[1] - wide // 2, 0), width - wide)
        return Square(top, left, tall, wide)

    def spread(self, side: int, most: int) -> list[Square]:
        """Up to ``most`` squares a row and a column, apart from each other and spread evenly."""
        height, width = self.pixels.shape[1:]
        tops, lefts = (_starts(length, side, most) for length in (height, width))
        return [Square(top, left, min(side, height), min(side, width)) for top in tops for left in lefts]

    def coded(self, model: SC, part: Square) -> CodedPart:
        """Code all patches that touch ``part``; beyond the picture it is reflected, as the model itself does it."""
        margin = model.patch - 1
        y = self._cut(self.pixels, part, margin).to(model.encoder)[None]
        mask = None if self.mask is None else self._cut(self.mask, part, margin).to(y)[None]
        coding = model.code(y, self.level, mask)
        cleaned = coding.codes @ model.output.mT
        image = assemble_patches(cleaned + coding.observed.means, tuple(y.shape), model.patch, model.patch_stride)
        image = image / patch_counts(y, model.patch, model.patch_stride)
        rows, columns = (
            first - margin + model.patch // 2 + _corners(length, model.patch, model.patch_stride)
            for first, length in ((part.top, y.shape[-2]), (part.left, y.shape[-1]))
        )
        observed, inside = coding.observed, slice(margin, -margin or None)
        return CodedPart(
            part, torch.cartesian_prod(rows, columns).to(y.device), observed.patches[0], observed.means[0],
            coding.codes[0], cleaned[0], _similarity(model, coding, cleaned),
            image[0, :, inside, inside],
        )  # fmt: skip

    def _cut(self, image: Tensor, part: Square, margin: int) -> Tensor:
        """``part`` of an image (C, H, W) with a margin; what is outside the image is reflected, or repeated."""
        reflect = min(image.shape[1:]) > margin
        rows = _inside(part.top - margin, part.top + part.height + margin, image.shape[1], reflect)
        columns = _inside(part.left - margin, part.left + part.width + margin, image.shape[2], reflect)
        return image[:, rows.to(image.device)[:, None], columns.to(image.device)]


def _inside(start: int, stop: int, length: int, reflect: bool) -> Tensor:
    places = torch.arange(start, stop)
    if not reflect:
        return places.clamp(0, length - 1)
    return length - 1 - (length - 1 - places.abs()).abs()


def _corners(length: int, patch: int, stride: int) -> Tensor:
    """Where the patches start along an axis of ``length`` pixels; the last lies flush with its end."""
    count = -(-(length - patch) // stride) + 1
    return (torch.arange(count) * stride).clamp_max(length - patch)


def _starts(length: int, side: int, most: int) -> list[int]:
    count, inside = min(most, max(1, length // side)), min(side, length)
    return [(2 * k + 1) * length // (2 * count) - inside // 2 for k in range(count)]


def _similarity(model: SC, coding: Coding, cleaned: Tensor) -> SimilarityMatrix:
    if coding.similarity is not None:
        return coding.similarity
    return SimilarityMatrix.of(cleaned, tiles(*coding.grid, max(1, _WINDOW // model.patch_stride), cleaned))
