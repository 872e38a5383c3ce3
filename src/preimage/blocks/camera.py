"""Data steps of photographs larger than memory: a periodic blur seen through a window, and clipped."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from preimage.blocks.array import BlockArray
from preimage.blocks.canvas import BlockCanvas
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput, BlockStep
from preimage.blocks.steps.camera import AddedStep, AgainStep, AroundStep, ExcessStep, MissingStep, UnderStep
from preimage.blocks.steps.least_squares import AdvanceStep
from preimage.blocks.steps.spectra import CanvasFilter, FilterKind, RowsStep
from preimage.blocks.views import EmbeddedSource
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.physics.blur import Limits, Window

__all__ = ["BlockCamera", "Pulls"]


class Pulls(NamedTuple):
    """How the light that clipped samples hide is looked for, see :meth:`BlockCamera.unclipped`.

    Attributes:
        least: the smallest noise level, in image units, that the data steps are told.
        times: how many data steps are taken.
        passes: the decisions in each which clipped samples are beyond their limit.
        visible: light beyond the limits, root mean square in image units, that is worth it.
    """

    least: float
    times: int
    passes: int
    visible: float


@dataclass(frozen=True)
class BlockCamera:
    """The prox of :class:`preimage.fidelity.channelwise.ChannelwiseLikelihood` on a canvas on disk.

    The steps are those in memory, with the same rule to end them; products are of the whole, in double precision.

    Attributes:
        kernel: (h, w), of a periodic blur of the canvas.
        window: what was recorded.
        limits: where it was clipped.
        canvas: how the canvas is cut.
        steps: the most steps of conjugate gradients.
        tol: the relative residual that ends them.

    Source: Hestenes & Stiefel 1952.
    """

    kernel: Tensor
    window: Window
    limits: Limits
    canvas: BlockCanvas
    steps: int = 10
    tol: float = 1e-2

    def prox(
        self, work: Workspace, x: BlockSource, y: BlockSource, rho: float, name: str, passes: int = 1
    ) -> BlockArray:
        """``argmin_u ||M A u - y||^2 + rho ||u - x||^2``, clipped samples being bounds.

        Args:
            work: where.
            x: on the canvas.
            y: what was recorded, of the size of the window.
            rho: > 0.
            name: the beginning of the names of the passes.
            passes: the most times that clipped samples are decided upon.
        """
        measured = EmbeddedSource(y, self.window)
        missing, full, free = self._missing(work, x, measured, name, passes)
        edge: BlockArray | None = None
        for index in range(passes):
            edge = self._edge(work, full, free, rho, f"{name}e{index}")
            if index + 1 == passes or missing is None or free is None:
                break
            image, _ = self._filtered(work, full, edge, "smooth", rho, f"{name}a{index}")
            again = work.map(
                f"{name}d{index}", self.canvas.strips, AgainStep(self.window, self.limits),
                [BlockInput(each) for each in (image, measured, missing, free)],
                [BlockOutput(f"{name}g{index}"), BlockOutput(f"{name}b{index}", "bool")], ["sum"],
            )  # fmt: skip
            work.drop(image)
            if not again.numbers[0]:
                work.drop(*again.arrays)
                break
            work.drop(full, free, *_there(edge))
            full, free = again.arrays
        change, _ = self._filtered(work, full, edge, "back", rho, f"{name}u")
        step = AddedStep(self.window.full_width)
        moved = self._strips(work, f"{name}x", step, [change, x])
        work.drop(change, full, *_there(edge, free, missing))
        return moved

    def _missing(
        self, work: Workspace, x: BlockSource, measured: BlockSource, name: str, passes: int
    ) -> tuple[BlockArray | None, BlockArray, BlockArray | None]:
        """``M (y - A x)`` where it is needed again, without the clipped samples that agree, and which these are."""
        image, _ = self.canvas.filtered(work, [x], self._filter("blur"), f"{name}i")
        outputs = [BlockOutput(f"{name}m")]
        if self.limits.any:
            outputs += [BlockOutput(f"{name}f"), BlockOutput(f"{name}o", "bool")]
        found = work.map(
            f"{name}m", self.canvas.strips, MissingStep(self.window, self.limits),
            [BlockInput(image), BlockInput(measured)], outputs,
        ).arrays  # fmt: skip
        work.drop(image)
        if len(found) == 1:
            return None, found[0], None
        missing, full, free = found
        if passes > 1:
            return missing, full, free
        work.drop(missing)
        return None, full, free

    def _edge(
        self, work: Workspace, full: BlockArray, free: BlockArray | None, rho: float, name: str
    ) -> BlockArray | None:
        """What would have been recorded where nothing was: ``(1 - N A B N) e = N A B full``; ``None`` for zero."""
        holes = _there(free)
        image, _ = self._filtered(work, full, None, "smooth", rho, f"{name}y")
        start = work.map(
            f"{name}n", self.canvas.strips, AroundStep(self.window, bool(holes), False),
            [BlockInput(image), *map(BlockInput, holes)], [BlockOutput(f"{name}n")], ["sum"],
        )  # fmt: skip
        work.drop(image)
        residual, power, size, share = start.arrays[0], start.numbers[0], start.numbers[0], None
        direction: BlockArray | None = None
        edge: BlockArray | None = None
        for step in range(self.steps):
            if power <= self.tol**2 * size:
                break
            each, before = f"{name}c{step}", _there(direction)
            rows = RowsStep((1.0,) if share is None else (1.0, share), True)
            image, kept = self.canvas.filtered(work, [residual, *before], self._filter("smooth", rho), each, rows)
            assert kept is not None
            bent = work.map(
                f"{each}p", self.canvas.strips, AroundStep(self.window, bool(holes), True),
                [BlockInput(part) for part in (image, *holes, kept)], [BlockOutput(f"{each}p")], ["sum"],
            )  # fmt: skip
            work.drop(image, *before)
            direction = kept
            if bent.numbers[0] <= 0:
                work.drop(*bent.arrays)
                break
            moved = work.map(
                f"{each}u", self.canvas.strips, AdvanceStep(power / bent.numbers[0]),
                [BlockInput(part) for part in (direction, bent.arrays[0], residual, *_there(edge))],
                [BlockOutput(f"{each}u"), BlockOutput(f"{each}v")], ["sum"],
            )  # fmt: skip
            work.drop(*bent.arrays, residual, *_there(edge))
            edge, residual = moved.arrays
            share, power = moved.numbers[0] / power, moved.numbers[0]
        work.drop(residual, *_there(direction))
        return edge

    def unclipped(
        self, work: Workspace, x: Sequence[BlockSource], y: Sequence[BlockSource], sigma: float, step: float,
        pulls: Pulls,
    ) -> tuple[BlockSource, ...]:  # fmt: skip
        """``x`` with the light that clipped samples hide, as far as the samples around them tell; one for each channel.

        Args:
            work: where.
            x: the canvases.
            y: what was recorded.
            sigma: the noise level.
            step: the step size of the data steps.
            pulls: how.
        """
        if not self.limits.any:
            return tuple(x)
        rho = max(sigma, pulls.least) ** 2 / step
        found = [self._pulled(work, *each, rho, f"pull{at}", pulls) for at, each in enumerate(zip(x, y, strict=True))]
        dark, darks, bright, brights = (math.fsum(each) for each in zip(*(excess for _, excess in found), strict=True))
        excess = max(math.sqrt(dark / max(darks, 1)), math.sqrt(bright / max(brights, 1)))
        if excess > pulls.visible:
            return tuple(each for each, _ in found)
        work.drop(*(each for each, _ in found))
        return tuple(x)

    def _pulled(
        self, work: Workspace, x: BlockSource, y: BlockSource, rho: float, name: str, pulls: Pulls
    ) -> tuple[BlockArray, tuple[float, ...]]:
        """``x`` pulled under clipped samples, and how far its image is beyond the limits."""
        measured, found = EmbeddedSource(y, self.window), x
        for pull in range(pulls.times):
            moved = self.prox(work, found, y, rho, f"{name}p{pull}", pulls.passes)
            step = UnderStep(self.window, self.limits)
            under = self._strips(work, f"{name}n{pull}", step, [moved, found, measured])
            work.drop(moved, *([found] if isinstance(found, BlockArray) and found is not x else []))
            found = under
        image, _ = self.canvas.filtered(work, [found], self._filter("blur"), f"{name}i")
        numbers = work.map(
            f"{name}e", self.canvas.strips, ExcessStep(self.window, self.limits),
            [BlockInput(image), BlockInput(measured)], [], ["sum", "sum", "sum", "sum"],
        ).numbers  # fmt: skip
        work.drop(image)
        assert isinstance(found, BlockArray)
        return found, numbers

    def _filter(self, kind: FilterKind, rho: float = 0.0) -> CanvasFilter:
        return CanvasFilter(self.kernel, self.canvas.shape, kind, rho)

    def _filtered(
        self, work: Workspace, full: BlockArray, edge: BlockArray | None, kind: FilterKind, rho: float, name: str
    ) -> tuple[BlockArray, BlockArray | None]:
        """Of ``full`` and what goes on around it."""
        parts = [full, *_there(edge)]
        return self.canvas.filtered(work, parts, self._filter(kind, rho), name, RowsStep((1.0,) * len(parts)))

    def _strips(self, work: Workspace, name: str, step: BlockStep, sources: Sequence[BlockSource]) -> BlockArray:
        """A pass over the strips that writes one array."""
        return work.map(
            name, self.canvas.strips, step, [BlockInput(each) for each in sources], [BlockOutput(name)]
        ).arrays[0]


def _there(*arrays: BlockArray | None) -> list[BlockArray]:
    return [each for each in arrays if each is not None]
