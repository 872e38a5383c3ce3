"""Periodic canvases larger than memory, and filters of them by Fourier transforms on disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from preimage.blocks.array import BlockArray
from preimage.blocks.grid import BlockGrid
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.spectra import CanvasFilter, ColumnsStep, RowsStep
from preimage.blocks.workspace import BlockOutput, Workspace

__all__ = ["BlockCanvas"]


@dataclass(frozen=True)
class BlockCanvas:
    """How a canvas (rows, columns) is cut: into strips of whole rows, and its half spectrum into bands of columns.

    A filter of the whole takes three passes: strips are transformed along rows, bands along columns, filtered and back,
    and strips back along rows. The last pass belongs to whoever wants the result: it reads the half spectrum along
    rows, (rows, columns // 2 + 1), see :func:`preimage.blocks.steps.spectra.rows_of_half`. What a pass writes lies as
    the next one reads it, so that every file is read once.

    Attributes:
        shape: rows and columns of the canvas.
        rows: those of a strip.
        columns: those of a band.
    """

    shape: tuple[int, int]
    rows: int
    columns: int

    @property
    def strips(self) -> BlockGrid:
        """Those of the canvas."""
        return BlockGrid(self.shape, (min(self.rows, self.shape[0]), self.shape[1]))

    @property
    def bands(self) -> BlockGrid:
        """Those of the half spectrum, (columns, rows)."""
        return BlockGrid((self._half, self.shape[0]), (self._band, self.shape[0]))

    @property
    def _half(self) -> int:
        return self.shape[1] // 2 + 1

    @property
    def _band(self) -> int:
        return min(self.columns, self._half)

    def filtered(
        self,
        work: Workspace,
        sources: Sequence[BlockSource],
        kind: CanvasFilter,
        name: str,
        rows: RowsStep | None = None,
    ) -> tuple[BlockArray, BlockArray | None]:
        """The half spectrum along rows of a filtered sum of canvases, and the sum itself where ``rows`` keeps it.

        Args:
            work: where.
            sources: the canvases.
            kind: the filter.
            name: the beginning of the names of the passes.
            rows: the shares of the canvases, one alone by default.
        """
        step, height = RowsStep() if rows is None else rows, self.strips.block[0]
        turned = BlockGrid((self._half, self.shape[0]), (self._half, height))
        kept = [BlockOutput(f"{name}k")] if step.keeps else []
        *sums, spectrum = work.map(
            f"{name}r", self.strips, step, [BlockInput(each) for each in sources],
            [*kept, BlockOutput(f"{name}s", "complex64", grid=turned)],
        ).arrays  # fmt: skip
        half = BlockGrid((self.shape[0], self._half), (self.shape[0], self._band))
        found = work.map(
            f"{name}c", self.bands, ColumnsStep(kind), [BlockInput(spectrum)],
            [BlockOutput(f"{name}h", "complex64", grid=half)],
        ).arrays[0]  # fmt: skip
        work.drop(spectrum)
        return found, sums[0] if sums else None
