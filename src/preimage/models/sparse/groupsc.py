"""GroupSC: sparse codes that similar patches share."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from typing_extensions import Self

from preimage._ranges import check_count
from preimage.models.sparse.patches import Patches
from preimage.models.sparse.sc import SC
from preimage.models.sparse.shrinkage import soft_group_threshold
from preimage.models.sparse.similarity import SimilarityMatrix, kept_bytes
from preimage.models.sparse.strips import Columns
from preimage.models.sparse.updates import step_, step_map
from preimage.models.sparse.windows import tiles
from preimage.transform import extract_patches

__all__ = ["GroupSC", "NonLocalSC", "Search"]

# Side of a square of patches, each of which needs 2 kB (grey) to 3 kB (colour).
_PATCHES = 512


@dataclass(frozen=True)
class Search:
    """How a model looks for similar patches. All of it may be changed after training, for speed or quality.

    Args:
        window: side, in pixels, of the square around a patch in which others are compared with it, >= 1.
        refresh: thresholdings between two comparisons on the current estimate, >= 1.
        patch_stride: distance of neighbouring patches in pixels; both cost and memory fall with its square, the cost
            of comparisons with the fourth power.
        renew: with ``renew`` > 0, after every so many thresholdings the measured patches are pulled towards those of
            the estimate by a learned share (which lowers the variance of their noise).
    """

    window: int = 48
    refresh: int = 6
    patch_stride: int = 1
    renew: int = 0

    def __post_init__(self) -> None:
        check_count("window", self.window, "48 is the default")
        check_count("refresh", self.refresh, "6 is the default")
        check_count("patch_stride", self.patch_stride, "one takes all patches")
        check_count("renew", self.renew, "zero never does", least=0)


class NonLocalSC(SC):
    r"""Sparse codes with similarities ``S_ij = exp(-||k * (x_i - x_j)||^2)`` between patches in a window.

    ``x`` are the centred patches at first, and those of the current estimate at every refresh, where
    ``S <- (1 - s) S + s S_new``. Learned are the weights ``k`` (``scale``) and ``s``, the sigmoid of ``mix``. Where
    pixels are missing, the entries of the channels are summed before patches are compared. With patches
    ``patch_stride`` apart, each but the patch itself counts for ``patch_stride^2``, so that parameters learned with one
    stride suit others. Subclasses say how codes are shrunk.

    Every pixel of an image may depend on every other; the whole image is coded at once, each patch once. Memory
    without gradients: ``4 atoms`` bytes a patch, for its code, and about ``4 (atoms + 4 m)`` for each patch of ``m``
    numbers in a strip of the image as wide as the window.

    Args:
        channels, patch, atoms, n_steps, levels: as for :class:`SC`.
        search: where similar patches are looked for, and how often.

    Source: Lecouat, Ponce, Mairal, "Fully trainable and interpretable non-local sparse models for image restoration",
    ECCV 2020.
    """

    def __init__(
        self,
        channels: int = 1,
        patch: int | None = None,
        atoms: int = 256,
        n_steps: int = 24,
        levels: Sequence[float] | Tensor = (25 / 255,),
        search: Search | None = None,
    ) -> None:
        search = Search() if search is None else search
        super().__init__(channels, patch, atoms, n_steps, levels, search.patch_stride)
        self.search = search
        tile = min(self.traits.tile, _PATCHES * search.patch_stride)
        self.traits = dataclasses.replace(self.traits, receptive_radius=None, blend=32, tile=tile)
        self.scale = nn.Parameter(torch.ones(channels * self.patch**2))
        self.mix = nn.Parameter(torch.ones(()))
        if search.renew:
            self.renewal = nn.Parameter(torch.tensor(0.01))

    def searching(self, window: int | None = None, refresh: int | None = None, patch_stride: int | None = None) -> Self:
        """The model with another search; it has the same parameters, not copies of them."""
        given = {"window": window, "refresh": refresh, "patch_stride": patch_stride}
        search = dataclasses.replace(self.search, **{name: v for name, v in given.items() if v is not None})
        return self.replace(search=search)

    def footprint(self) -> Callable[[int], int]:
        """Codes of all patches, their pixels three times; twice what a strip compares; similarities that are kept."""
        entries, atoms = self.dictionary.shape
        stride, search = self.patch_stride, self.search
        compared = atoms + (1 + self.n_steps // search.refresh) * (entries + 2)

        def needed(side: int) -> int:
            rows = -(-(side + self.patch - 1) // stride) + 1
            wide = min(rows, search.window // stride + 7)  # a strip of eight patches and their windows
            held = 4 * (rows**2 * (atoms + 3 * entries) + 2 * rows * wide * compared)
            return held + kept_bytes(rows**2, wide**2)

        return needed

    def _shrunk(self, codes: Tensor, k: int, level: Tensor, similarity: SimilarityMatrix) -> Tensor:
        """The codes after the ``k``-th shrinkage; without gradients they may be overwritten."""
        raise NotImplementedError

    def _cleaned(self, patches: Patches, level: Tensor) -> Iterator[Tensor]:
        return self._rebuilt(self._codes(patches, level)[0], patches, patches.means)

    def _codes(self, patches: Patches, level: Tensor) -> tuple[Tensor, SimilarityMatrix]:
        stride, mask, recorded = self.patch_stride, patches.mask, torch.is_grad_enabled()
        windows = tiles(*patches.grid, max(1, self.search.window // stride), patches.image, stride**2)
        similarity = SimilarityMatrix.of(self._features(patches, mask), windows)
        step, drive, pulled = None, None, patches
        if recorded:
            masks = None if mask is None else extract_patches(mask, self.patch, stride)
            step, drive = step_map(self.encoder, self.dictionary, masks), self._drive(pulled)
        codes = patches.means.new_zeros(*patches.means.shape[:2], self.encoder.shape[1])
        for k in range(self.n_steps):
            if k > 1 and (k - 1) % self.search.refresh == 0:
                similarity = similarity.mixed(self._estimated(codes, patches), self.mix.sigmoid())
            if self.search.renew and k > 1 and (k - 1) % self.search.renew == 0:
                pulled = self._renewed(codes, pulled)
                drive = self._drive(pulled) if recorded else None
            if step is None or drive is None:
                codes = step_(codes, pulled.parts(), self.encoder, self.dictionary)
            else:
                codes = drive if k == 0 else step(codes, drive)
            codes = self._shrunk(codes, k, level, similarity)
        return codes, similarity

    def _drive(self, patches: Patches) -> Tensor:
        return patches.at().patches @ self.encoder

    def _rebuilt(self, codes: Tensor, patches: Patches, means: Tensor) -> Iterator[Tensor]:
        """``W`` times the codes, plus ``means`` (B, n, 1), in bands."""
        columns = patches.grid[1]
        for rows in patches.bands():
            which = slice(rows.start * columns, rows.stop * columns)
            yield codes[:, which] @ self.output.mT + means[:, which]

    def _estimated(self, codes: Tensor, patches: Patches) -> Columns:
        """What is compared at a refresh: patches of the estimate, centred as those measured were."""
        image = patches.averaged(self._rebuilt(codes, patches, patches.means))
        return self._features(dataclasses.replace(patches, image=image, mask=None), patches.mask)

    def _renewed(self, codes: Tensor, patches: Patches) -> Patches:
        """Patches that are pulled towards what the codes say of them."""
        image = patches.averaged(self._rebuilt(codes, patches, torch.zeros_like(patches.means)))
        image = torch.lerp(patches.image, image, self.renewal)
        return dataclasses.replace(patches, image=image, means=(1 - self.renewal) * patches.means)

    def _features(self, patches: Patches, mask: Tensor | None) -> Columns:
        """What is compared of patches of an image in which ``mask`` was measured."""

        def features(first: int, last: int) -> Tensor:
            part = patches.at(columns=slice(first, last)).patches
            weighted = part.to(self.scale.dtype) * self.scale
            weighted = weighted if mask is None else weighted.unflatten(-1, (-1, self.patch**2)).sum(-2)
            return weighted.unflatten(1, (patches.grid[0], -1))

        return features


class GroupSC(NonLocalSC):
    r"""Sparse codes whose atoms live or die with those of similar patches: a differentiable group lasso.

    ``u_i -> u_ik max(1 - t_k sqrt(sum_j S_ij) / sqrt(sum_j S_ij u_jk^2), 0)`` in place of soft thresholding.

    Args:
        channels, patch, atoms, n_steps, levels, search: as for :class:`NonLocalSC`.

    Source: Lecouat, Ponce, Mairal, "Fully trainable and interpretable non-local sparse models for image restoration",
    ECCV 2020, sections 3.2 and 3.3. There, images are cut into overlapping blocks of the size of the window, and each
    patch is coded in every block it is in; here each patch has its window, and is coded once.
    """

    @classmethod
    def strided(cls, channels: int, levels: Sequence[float], patch_stride: int) -> Self:
        """The published sizes, with patches ``patch_stride`` apart."""
        return cls(channels, levels=levels, search=Search(patch_stride=patch_stride))

    def _shrunk(self, codes: Tensor, k: int, level: Tensor, similarity: SimilarityMatrix) -> Tensor:
        threshold = self._at(self.thresholds, level)[:, k]
        return soft_group_threshold(codes, threshold, similarity, in_place=not torch.is_grad_enabled())
