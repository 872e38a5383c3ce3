"""SC: sparse codes of patches by a learned iteration."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from preimage._ranges import check_count
from preimage._shapes import check_image, per_image
from preimage.denoisers import Denoiser, Traits
from preimage.errors import ArgumentError, ShapeError
from preimage.models.sparse.levels import interpolate_levels
from preimage.models.sparse.patches import Patches
from preimage.models.sparse.physics import masked_image
from preimage.models.sparse.shrinkage import shrink
from preimage.models.sparse.similarity import SimilarityMatrix
from preimage.models.sparse.updates import Observed, step_map
from preimage.physics import Physics

__all__ = ["SC", "Coding"]


@dataclass(frozen=True)
class Coding:
    """What a sparse model made of an image.

    Attributes:
        observed: the centred patches, row by row, and their means.
        codes: (B, n, atoms).
        grid: rows and columns of patches.
        similarity: that of the last steps; ``None`` for a model without.
    """

    observed: Observed
    codes: Tensor
    grid: tuple[int, int]
    similarity: SimilarityMatrix | None = None


class SC(Denoiser):
    r"""Trainable sparse coding: ``a_{k+1} = soft(a_k + C^T M (y - D a_k), t_k)`` for every patch ``y``, from zero.

    Overlapping patches are centred, coded by ``n_steps`` thresholdings, and replaced by ``W a + mean``; each pixel
    becomes the mean of the patches it is in. ``C``, ``D`` and ``W`` start from one dictionary with largest singular
    value one. There is one set of thresholds for each of ``levels``, interpolated between them; the dictionaries are
    shared, so that one model serves all noise levels. ``M`` masks what was not measured.

    ``model(x, sigma)`` denoises. ``model.reconstruct(y, physics)`` reconstructs, for the physics :class:`Denoising`,
    :class:`Inpainting` (missing pixels in holes smaller than a patch) or :class:`Demosaicing`; samples measured without
    noise are kept as they are.

    Args:
        channels: image channels.
        patch: side of the patches; by default 9 for one channel and 7 for several.
        atoms: columns of the dictionaries.
        n_steps: number of thresholdings, >= 1.
        levels: rising noise levels (or other degrees of degradation, >= 0) at which there are thresholds; a single
            zero: the thresholds depend on nothing.
        patch_stride: distance of neighbouring patches, 1 for all of them; may be changed at any time.

    Shapes: images (B, channels, H, W).

    Raises:
        ArgumentError: a number out of range.
        CapabilityError: the physics, in a call, is another one.
        ShapeError: the image, in a call, has other channels; a block is smaller than a patch.

    Source: Lecouat, Ponce, Mairal, "Fully trainable and interpretable non-local sparse models for image restoration",
    ECCV 2020, section 3.1; Simon & Elad 2019. Masked patches are centred by the mean of what was measured, where the
    authors' program takes missing entries for zeros.
    """

    def __init__(
        self,
        channels: int = 1,
        patch: int | None = None,
        atoms: int = 256,
        n_steps: int = 24,
        levels: Sequence[float] | Tensor = (25 / 255,),
        patch_stride: int = 1,
    ) -> None:
        super().__init__()
        patch = (9 if channels == 1 else 7) if patch is None else patch
        _check(channels, patch, atoms, n_steps, levels, patch_stride)
        self.channels = channels
        self.patch = patch
        self.atoms = atoms
        self.n_steps = n_steps
        self.patch_stride = patch_stride
        self.traits = Traits(channels, _range(levels), receptive_radius=patch - 1, stride=patch_stride)
        start = torch.randn(channels * patch**2, atoms, generator=torch.Generator().manual_seed(0))
        start = start / torch.linalg.matrix_norm(start, 2)
        self.initial = start
        self.levels = levels if isinstance(levels, Tensor) else torch.tensor(levels, dtype=torch.float32)
        self.encoder = nn.Parameter(start.clone())
        self.dictionary = nn.Parameter(start.clone())
        self.output = nn.Parameter(start.clone())
        self.thresholds = nn.Parameter(torch.full((len(levels), n_steps, atoms), 0.02))

    def start_from(self, dictionary: Tensor) -> None:
        """Make ``dictionary`` (m, atoms), divided by its largest singular value, ``C``, ``D`` and ``W``."""
        if dictionary.shape != self.initial.shape:
            raise ShapeError(
                f"`dictionary` must have shape {tuple(self.initial.shape)}, got {tuple(dictionary.shape)}; learn it "
                "from patches of the model's size and channels, one atom a column."
            )
        with torch.no_grad():
            for matrix in (self.initial, self.encoder, self.dictionary, self.output):
                matrix.copy_(dictionary / torch.linalg.matrix_norm(dictionary, 2))

    def forward(self, x: Tensor, sigma: float | Tensor) -> Tensor:
        """The clean image behind ``x``, whose noise has the standard deviation ``sigma``."""
        return self._whole(x, sigma, None)

    def reconstruct(self, y: Tensor, physics: Physics) -> Tensor:
        """The image behind the measurement ``y``; :class:`SparseReconstructor` is a reconstructor that calls this.

        Raises:
            CapabilityError: the physics is another one.
        """
        seen = masked_image(y, physics, float(self.levels[0]))
        return seen.kept(self._whole(seen.image, seen.level, seen.mask))

    def _whole(self, y: Tensor, level: float | Tensor, mask: Tensor | None) -> Tensor:
        """The estimate with a border added first, so that every pixel is in as many patches."""
        check_image(y, spatial=(2,))
        margin = self.patch - 1
        mode = "reflect" if min(y.shape[-2:]) > margin else "replicate"
        inside = slice(margin, -margin or None)
        wider = [None if image is None else F.pad(image, (margin,) * 4, mode=mode) for image in (y, mask)]
        assert wider[0] is not None
        return self.estimate(wider[0], level, wider[1])[..., inside, inside]

    def estimate(self, y: Tensor, level: float | Tensor, mask: Tensor | None = None) -> Tensor:
        """The clean image behind a block ``y`` (B, C, H, W) from the patches inside it.

        Nothing is added around the block: towards its border, a pixel is in fewer patches, and a worse estimate.

        Args:
            level: degradation, in the units of ``levels``, a number or (B,).
            mask: one where ``y`` was measured, like ``y`` or (1, C, H, W).
        """
        patches = self._patches(y, mask)
        return patches.averaged(self._cleaned(patches, self._level(level, y)))

    def code(self, y: Tensor, level: float | Tensor, mask: Tensor | None = None) -> Coding:
        """The codes that :meth:`estimate` finds, with the same arguments."""
        patches = self._patches(y, mask)
        codes, similarity = self._codes(patches, self._level(level, y))
        return Coding(patches.at(), codes, patches.grid, similarity)

    def _cleaned(self, patches: Patches, level: Tensor) -> Iterator[Tensor]:
        """The estimates of patches, in bands; each is coded by itself, since no patch knows of another."""
        for _, part in patches.parts():
            yield self._coded(part, level) @ self.output.mT + part.means

    def _codes(self, patches: Patches, level: Tensor) -> tuple[Tensor, SimilarityMatrix | None]:
        """The codes of all patches, and the similarities where the model has them."""
        return self._coded(patches.at(), level), None

    def _coded(self, observed: Observed, level: Tensor) -> Tensor:
        thresholds = self._at(self.thresholds, level)
        drive = observed.patches @ self.encoder
        step = step_map(self.encoder, self.dictionary, observed.mask)
        codes = shrink(drive, thresholds[:, 0])
        for k in range(1, self.n_steps):
            codes = shrink(step(codes, drive), thresholds[:, k])
        return codes

    def _at(self, values: Tensor, level: Tensor) -> Tensor:
        """``values`` (levels, n_steps, atoms) at ``level`` (B,): (B, n_steps, 1, atoms)."""
        return interpolate_levels(values, self.levels.to(level), level)[:, :, None]

    def _level(self, level: float | Tensor, y: Tensor) -> Tensor:
        return per_image(level, y).reshape(-1)

    def _patches(self, y: Tensor, mask: Tensor | None) -> Patches:
        check_image(y, "y", spatial=(2,))
        if y.shape[1] != self.channels:
            raise ShapeError(f"`y` must have {self.channels} channels, got {y.shape[1]}; take a model for as many.")
        masks = None if mask is None else mask.expand(-1, *y.shape[1:])
        return Patches.of(y, masks, self.patch, self.patch_stride)


def _range(levels: Sequence[float] | Tensor) -> tuple[float, float]:
    """The lowest and the highest level."""
    if isinstance(levels, Tensor):  # they were rounded to its precision
        return float(levels[0]) * (1 - 1e-6), float(levels[-1]) * (1 + 1e-6)
    return levels[0], levels[-1]


def _check(channels: int, patch: int, atoms: int, n_steps: int, levels: Iterable[Any], patch_stride: int) -> None:
    for name, value in (("channels", channels), ("patch", patch), ("atoms", atoms), ("n_steps", n_steps)):
        check_count(name, value, "see the defaults")
    if not 1 <= patch_stride <= patch:
        raise ArgumentError(f"`patch_stride` must be in 1..{patch}, the side of a patch, got {patch_stride}.")
    given = [float(level) for level in levels]
    rising = all(a < b for a, b in pairwise(given))
    if not given or given[0] < 0 or not rising or (len(given) > 1 and given[0] == 0):
        raise ArgumentError(
            f"`levels` must rise from above zero, or be a single zero, got {given}; give e.g. [15/255, 25/255]."
        )
