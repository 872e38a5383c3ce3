"""The kernel of a blur that is not known: found in the picture, kept in the record, drawn beside the output."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from typing_extensions import Self

from preimage.blind.kernel import DOUBT, KernelEstimate, estimate_kernel
from preimage.errors import ArgumentError
from preimage.files import ImageFile
from preimage.restore.frame.pictures import Picture, open_pictures
from preimage.restore.tasks.kernel import as_kernel

__all__ = ["AUTO", "FoundKernel", "find_kernel", "write_kernel"]

AUTO = "auto"
_TOP = 65535  # of 16 bits


@dataclass(frozen=True)
class FoundKernel:
    """A kernel in 16 bits, as it is drawn and recorded, so that both give back the very same.

    Attributes:
        levels: (k, k), 0 to 65535, which is the largest entry.
        trust: see :class:`preimage.blind.KernelEstimate`.
        words: what was found.
        doubt: the level of white noise, in image units, that leaves as much wrong in a sharp picture as the errors of
            the kernel do. The noise level of a record holds it, and that of a recorded kernel is 0.
    """

    levels: Tensor
    trust: float
    words: str
    doubt: float = 0.0

    @classmethod
    def of(cls, estimate: KernelEstimate) -> Self:
        """The kernel of an estimate, rounded to 16 bits."""
        levels = (estimate.kernel / estimate.kernel.max() * _TOP).round().to(torch.int64)
        return cls(levels.cpu(), estimate.trust, estimate.describe(), DOUBT if estimate.kind == "free" else 0.0)

    @classmethod
    def recorded(cls, resolved: Mapping[str, Any]) -> Self:
        """The kernel of a record.

        Raises:
            ArgumentError: the record holds none.
        """
        told, trust, words = (resolved.get(name) for name in ("kernel_rows", "kernel_trust", "kernel_words"))
        try:
            rows = [[int(part, 16) for part in row.split()] for row in str(told).split("/")]
            levels = torch.tensor(rows, dtype=torch.int64)
            is_one = (
                levels.ndim == 2 and levels.numel() > 0 and int(levels.min()) >= 0 and 0 < int(levels.max()) <= _TOP
            )
            if not is_one:
                raise ValueError("no kernel")
            return cls(levels, float(str(trust)), str(words))
        except (ValueError, TypeError, OverflowError) as error:
            raise ArgumentError(
                "`kernel` must be in the record of a blur that was found, got none; restore the picture anew."
            ) from error

    @property
    def kernel(self) -> Tensor:
        """Float32 (k, k) with sum one, to the bit what :func:`read_kernel` makes of the drawing."""
        return as_kernel(self.levels.float() / _TOP)

    def entries(self) -> dict[str, str]:
        """What a record keeps of it."""
        rows = "/".join(" ".join(f"{level:x}" for level in row) for row in self.levels.tolist())
        return {"kernel_rows": rows, "kernel_trust": f"{self.trust:.3f}", "kernel_words": self.words}

    def note(self) -> str:
        """What the user should know."""
        told = f"the blur was found in the picture: {self.words}, trust {self.trust:.2f}"
        if self.trust >= KernelEstimate.ENOUGH:
            return told
        return f"{told}; do not rely on it: --kernel takes another, or the one drawn, edited; --kernel-size its size"


def find_kernel(image: Picture, size: int | None) -> FoundKernel:
    """The kernel of the blur of ``image``.

    Raises:
        ArgumentError: ``image`` is a batch, whose pictures may be blurred each in its way.
    """
    pictures = open_pictures(image)
    if len(pictures.pixels) > 1 + pictures.bands:
        raise ArgumentError(
            f"`kernel` must be given for a batch, got {AUTO!r} for {len(pictures.pixels)} pictures; restore one by one."
        )
    return FoundKernel.of(estimate_kernel(pictures.pixels[0], size))


def write_kernel(found: FoundKernel, path: Path) -> None:
    """A grey picture of 16 bits, a pixel for each entry, white the largest; read as a kernel, it is the very same."""
    ImageFile.from_array(found.levels.numpy().astype(np.uint16)).write(path, True)
