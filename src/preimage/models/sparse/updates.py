"""The linear part of a sparse coding step: codes moved towards what was measured."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from typing_extensions import override

__all__ = ["AnyMasks", "FewMasks", "NoMask", "Observed", "StepMap", "chunks", "observe", "step_", "step_map"]

# Patches of a colour filter array have as many masks as its cell has places; with more than this many kinds of masks
# one matrix for each would cost more than it saves.
_MOST_MASKS = 64
_CHUNK = 2048


@dataclass(frozen=True)
class Observed:
    """Centred patches and what is known of them.

    Attributes:
        patches: (B, n, m), zero where nothing was measured.
        means: (B, n, 1), of what was measured.
        mask: one where an entry was measured, (1 or B, n, m); ``None`` where all were.
    """

    patches: Tensor
    means: Tensor
    mask: Tensor | None = None


def observe(patches: Tensor, mask: Tensor | None) -> Observed:
    """Centre patches (B, n, m): subtract the mean of what was measured of each."""
    if mask is None:
        means = patches.mean(-1, keepdim=True)
        return Observed(patches - means, means)
    means = (patches * mask).sum(-1, keepdim=True) / mask.sum(-1, keepdim=True).clamp_min(1)
    return Observed((patches - means) * mask, means, mask)


class StepMap:
    """``codes -> codes - C^T (M * (D codes))``, for codes (B, n, atoms)."""

    def __call__(self, codes: Tensor, drive: Tensor) -> Tensor:
        """The map, plus ``drive`` like ``codes``."""
        raise NotImplementedError


@dataclass(frozen=True)
class NoMask(StepMap):
    """``gram = I - D^T C`` (atoms, atoms): one product where there would be two and a difference."""

    gram: Tensor

    @override
    def __call__(self, codes: Tensor, drive: Tensor) -> Tensor:
        return torch.baddbmm(drive, codes, self.gram.expand(len(codes), -1, -1))


@dataclass(frozen=True)
class FewMasks(StepMap):
    """One such matrix for each kind of mask, and of which kind each patch is, (n,)."""

    grams: Tensor
    kinds: Tensor

    def __call__(self, codes: Tensor, drive: Tensor) -> Tensor:
        """One product for each kind."""
        places = [torch.nonzero(self.kinds == k).flatten() for k in range(len(self.grams))]
        parts = [codes[:, place] @ gram for place, gram in zip(places, self.grams, strict=True)]
        order = torch.cat(places).argsort()
        return drive + torch.cat(parts, 1)[:, order]


@dataclass(frozen=True)
class AnyMasks(StepMap):
    """A mask for each patch (1 or B, n, m), with the matrices ``C`` and ``D`` (m, atoms)."""

    encoder: Tensor
    dictionary: Tensor
    mask: Tensor

    @override
    def __call__(self, codes: Tensor, drive: Tensor) -> Tensor:
        return drive + codes - ((codes @ self.dictionary.mT) * self.mask) @ self.encoder


def step_(codes: Tensor, parts: Iterable[tuple[slice, Observed]], encoder: Tensor, dictionary: Tensor) -> Tensor:
    """``codes + C^T (M * (patches - D codes))``, in place: half the products of a :class:`StepMap` and its drive.

    Args:
        codes: (B, n, atoms).
        parts: which patches, and these, a few at a time.
        encoder, dictionary: ``C`` and ``D``, (m, atoms).
    """
    for which, part in parts:
        rest = torch.baddbmm(part.patches, codes[:, which], dictionary.mT.expand(len(codes), -1, -1), alpha=-1)
        rest = rest if part.mask is None else rest.mul_(part.mask)
        codes[:, which].add_(rest @ encoder)
    return codes


def chunks(rows: int, columns: int) -> Iterator[slice]:
    """Rows of a grid of patches that are coded at a time where nothing is recorded: their codes stay in the cache."""
    step = max(1, _CHUNK // columns)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def step_map(encoder: Tensor, dictionary: Tensor, mask: Tensor | None) -> StepMap:
    """The cheapest form that ``mask`` (``None``, or (1 or B, n, m) of zeros and ones) allows."""
    identity = torch.eye(encoder.shape[1], dtype=encoder.dtype, device=encoder.device)
    if mask is None:
        return NoMask(identity - dictionary.mT @ encoder)
    if len(mask) == 1:
        kinds, which = _kinds(mask[0])
        if len(kinds) <= _MOST_MASKS:
            grams = torch.stack([identity - dictionary.mT @ (kind[:, None] * encoder) for kind in kinds])
            return FewMasks(grams, which)
    return AnyMasks(encoder, dictionary, mask)


def _kinds(mask: Tensor) -> tuple[Tensor, Tensor]:
    """The different rows of ``mask`` (n, m), and which of them each row is."""
    # Sums of these numbers tell subsets apart but for coincidence, and sorting them is quicker than sorting rows.
    keys = torch.rand(mask.shape[1], dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    sums = torch.cat([part.double() @ keys.to(mask.device) for part in mask.split(_CHUNK)])
    _, which = torch.unique(sums, return_inverse=True)
    first = torch.full((int(which.max()) + 1,), len(mask), device=mask.device)
    first.scatter_reduce_(0, which, torch.arange(len(mask), device=mask.device), "amin")
    kinds = mask[first]
    if not torch.equal(kinds[which], mask):
        kinds, which = torch.unique(mask, dim=0, return_inverse=True)
    return kinds, which
