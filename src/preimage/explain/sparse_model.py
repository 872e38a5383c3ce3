"""How a sparse model sees a picture: its atoms, the code of a patch, and the patches that share it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from preimage import zoo
from preimage.blind.white_noise import find_white_noise
from preimage.denoisers import Denoiser, check_sigma
from preimage.errors import ArgumentError, ShapeError
from preimage.explain.dictionary import Dictionary
from preimage.explain.explanation import Explanation
from preimage.explain.facts import facts
from preimage.explain.neighbours import Neighbours
from preimage.explain.patch import PatchCode
from preimage.explain.scene import CodedPart, Scene, Square
from preimage.explain.view import View
from preimage.models.sparse import SC
from preimage.notation import parse_sigma
from preimage.physics import Demosaicing
from preimage.restore.frame.pictures import Picture, open_pictures

__all__ = ["explain"]

# Use is measured on up to 3x3 squares of 40 pixels: with the margins of 9x9 patches, the blocks of a training.
_BLOCK, _BLOCKS = 40, 3
# The part around the pixel takes about as long as so many of them.
_PART = 12


@torch.no_grad()
def explain(
    image: Picture,
    at: tuple[int, int] | None = None,
    *,
    sigma: float | str = "auto",
    weights: str | Denoiser | None = None,
    pattern: str | None = None,
    side: int = 112,
    neighbours: int = 24,
    progress: Callable[[int, int], None] | None = None,
) -> Explanation:
    """Code a part of a picture with a sparse model, and collect what the model did there.

    Time and memory do not grow with the picture. A square around the pixel is coded: a code depends on patches further
    away through those between, but little; with the default side and window, that of a patch in the middle is that of
    the whole picture to about 1e-4. The use of atoms is measured on that square where it is the whole picture, and
    else on up to nine squares of 40 pixels, spread evenly over it.

    Args:
        image: one picture, see :func:`preimage.restore.deblur`.
        at: row and column, from 0 at the top left, of the pixel whose patch is explained. By default, of the patches on
            which use is measured, the one with the largest energy ``||W a||^2``, less that of its channels' means,
            times group size ``sum_j S_ij``.
        sigma: noise level in image units, or "auto"; "auto" is zero for a mosaic.
        weights: name in :mod:`preimage.zoo`, or a model; by default ``groupsc-grey``, ``-color`` or ``-mosaic``.
        pattern: colours of a 2x2 cell, like "RGGB", where ``image`` is a raw Bayer mosaic stored as a grey picture.
        side: the side of the square, in pixels, >= 1.
        neighbours: of how many similar patches the codes are kept, >= 0.
        progress: called with what is done and what there is to do.

    Raises:
        ArgumentError: a setting is out of range, the pixel is outside the picture, the model is not sparse or for other
            channels.
        WeightsError: there are no such weights.
        ImageFileError, ShapeError: ``image`` is not one picture that can be read.
    """
    if side < 1 or neighbours < 0:
        raise ArgumentError(f"`side` must be at least 1 and `neighbours` at least 0, got {side} and {neighbours}.")
    given = parse_sigma(sigma)
    pixels, source = _opened(image, at)
    name, model = _model(weights, "mosaic" if pattern else {1: "grey", 3: "color"}[pixels.shape[0]])
    scene = _scene(pixels, given, pattern, model)
    told = facts(model, name, scene.level, _origin(given, pattern))
    sample, part, at = _looked_at(scene, model, at, side, progress)
    number, dictionary = part.nearest(at), Dictionary.measured(model, sample)
    return Explanation(
        View.of(scene, part, at), dictionary, PatchCode.of(part, number, dictionary),
        Neighbours.of(part, number, dictionary, neighbours), {"file": source, **told},
    )  # fmt: skip


def _origin(sigma: float | None, pattern: str | None) -> str:
    """Where the noise level comes from."""
    if sigma is not None:
        return "given"
    return "estimated" if pattern is None else "the least of the model, as mosaics are taken to have none"


def _looked_at(
    scene: Scene, model: SC, at: tuple[int, int] | None, side: int, progress: Callable[[int, int], None] | None
) -> tuple[list[CodedPart], CodedPart, tuple[int, int]]:
    """The parts on which use is measured, the part around the pixel, and the pixel."""
    size = scene.pixels.shape[1:]
    whole = max(size) <= side
    parts = [scene.around((0, 0), side)] if whole else scene.spread(_BLOCK, _BLOCKS)
    sample = _coded(scene, model, parts, progress, len(parts) + (0 if whole else _PART))
    at = _interesting(sample, size) if at is None else at
    part = sample[0] if whole else scene.coded(model, scene.around(at, side))
    if progress is not None:
        progress(1, 1)
    return sample, part, at


def _opened(image: Picture, at: tuple[int, int] | None) -> tuple[Tensor, str]:
    """The pixels (C, H, W), and the name of the file."""
    pictures = open_pictures(image)
    if len(pictures.pixels) != 1:
        raise ShapeError(f"`image` must be one picture, got {len(pictures.pixels)}; explain them one at a time.")
    pixels, (height, width) = pictures.pixels[0], pictures.pixels[0].shape[1:]
    if at is not None and not (0 <= at[0] < height and 0 <= at[1] < width):
        raise ArgumentError(
            f"`at` must be a row in 0..{height - 1} and a column in 0..{width - 1}, got {at[0]},{at[1]}; the picture "
            f"has {height} rows and {width} columns."
        )
    return pixels, Path(pictures.source["path"]).name or "an array"


def _model(weights: str | Denoiser | None, kind: str) -> tuple[str | None, SC]:
    weights = f"groupsc-{kind}" if weights is None else weights
    if weights == "groupsc-jpeg":
        raise ArgumentError("`weights` must be for noise or a mosaic, got groupsc-jpeg; use restore deblock for JPEG.")
    name, model = (weights, zoo.load_denoiser(weights)) if isinstance(weights, str) else (None, weights)
    if not isinstance(model, SC):
        raise ArgumentError(
            f"`weights` must be those of a sparse model, got {name or 'a model'}, a {type(model).__name__}; take "
            f"groupsc-{kind}."
        )
    channels = 1 if kind == "grey" else 3
    if model.channels != channels:
        raise ArgumentError(
            f"`weights` must be for {channels} channels, got {name or 'a model'} for {model.channels}; take "
            f"groupsc-{kind}."
        )
    return name, model


def _scene(pixels: Tensor, sigma: float | None, pattern: str | None, model: SC) -> Scene:
    if pattern is None:
        level = find_white_noise(pixels).sigma if sigma is None else sigma
        check_sigma(model, level)
        return Scene(pixels, level)
    if pixels.shape[0] != 1:
        raise ShapeError("`image` must be a mosaic, one grey sample a pixel, got a colour picture; drop `pattern`.")
    physics = Demosaicing(pattern)
    level = max(sigma or 0.0, float(model.levels[0]))
    return Scene(physics.A_adjoint(pixels[None])[0], level, physics.mask(pixels[None])[0])


def _coded(
    scene: Scene, model: SC, parts: Sequence[Square], progress: Callable[[int, int], None] | None, total: int
) -> list[CodedPart]:
    coded = []
    for part in parts:
        if progress is not None:
            progress(len(coded), total)
        coded.append(scene.coded(model, part))
    return coded


def _interesting(parts: Sequence[CodedPart], size: Sequence[int]) -> tuple[int, int]:
    """The centre of the patch, of those in the picture, with most energy times group size."""
    centres = torch.cat([part.centres for part in parts])
    inside = ((centres >= 0) & (centres < torch.tensor(size, device=centres.device))).all(1)
    scores = torch.cat([part.energies() * part.group_sizes() for part in parts])
    row, column = centres[scores.masked_fill(~inside, -1).argmax()].tolist()
    return row, column
