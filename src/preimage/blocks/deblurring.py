"""DPIR for blurred photographs larger than memory, with the result of those in memory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from preimage.blocks.array import BlockArray
from preimage.blocks.camera import BlockCamera, Pulls
from preimage.blocks.canvas import BlockCanvas
from preimage.blocks.grid import BlockGrid, choose_block
from preimage.blocks.sources import BlockSource
from preimage.blocks.stage import BlockInput
from preimage.blocks.steps.denoising import DenoiseStep, halo_of
from preimage.blocks.views import ExtendedSource, SeenSource
from preimage.blocks.workspace import BlockOutput, Workspace
from preimage.denoisers import Denoiser
from preimage.optim import Annealing
from preimage.physics.blur import Limits, Window

__all__ = ["BlockDeblurring"]

_LEAST_NOISE = 0.255 / 255  # as DPIR has it
_STRIP, _BAND = 56, 80  # bytes for a value of a strip, and for one of a band, at the most of the work: estimated
_HELD = 20  # bytes for each value that a denoiser sees: as it is read, stacked, found, joined and cut
_PASSES = 6  # steps of conjugate gradients that are foreseen


@dataclass(frozen=True)
class BlockDeblurring:
    """DPIR for ``y = M A x + noise``: a periodic blur ``A`` of a canvas, of which a window ``M`` was recorded.

    Every step is one on the whole canvas before the next begins, and is the step of :class:`preimage.optim.DPIR` with
    :class:`preimage.physics.blur.Channelwise` in memory: data steps by Fourier transforms on disk, and a denoiser on
    tiles with all that their pixels depend on. It begins with the photograph, continued to a periodic one.

    Attributes:
        denoiser: a network for one channel or three, with a finite receptive field.
        sigma: the standard deviation of the noise.
        kernel: (h, w).
        window: what was recorded.
        limits: where it was clipped.
        annealing: the noise levels, with a gain of one.
        pulls: how the light that clipped samples hide is looked for.

    Raises:
        CapabilityError: the receptive field of the denoiser is not known to be finite.
    """

    denoiser: Denoiser
    sigma: float
    kernel: Tensor
    window: Window
    limits: Limits
    annealing: Annealing
    pulls: Pulls

    def __post_init__(self) -> None:
        """Require a finite receptive field."""
        halo_of(self.denoiser)

    @property
    def shape(self) -> tuple[int, int]:
        """That of the canvas."""
        return self.window.full_height, self.window.full_width

    def sizes(self, room: float) -> tuple[int, int, int, int]:
        """Rows of a strip, columns of a band, and rows and columns of a tile, for which ``room`` bytes are enough.

        Raises:
            ArgumentError: none are.
        """
        rows, columns = self.shape
        width = 2 * halo_of(self.denoiser)
        needs, channels = self.denoiser.footprint(), self.denoiser.traits.channels or 1

        def bytes_of_tile(block: tuple[int, ...]) -> float:
            seen = [min(size + width, most) for size, most in zip(block, self.shape, strict=True)]
            return needs(max(seen)) + _HELD * channels * math.prod(seen)

        stride = (self.denoiser.traits.stride,) * 2
        tile_rows, tile_columns = choose_block(self.shape, (width, width), bytes_of_tile, room, stride)
        (strip,) = choose_block((rows,), (0,), lambda block: _STRIP * block[0] * columns, room)
        (band,) = choose_block((columns // 2 + 1,), (0,), lambda block: _BAND * block[0] * rows, room)
        return strip, band, tile_rows, tile_columns

    def expected(self, sizes: Sequence[int], done: int = 0) -> int:
        """How many blocks the steps after ``done`` take, about: conjugate gradients end when they are near."""
        canvas, tiles = self._cut(sizes)
        strips, bands = canvas.strips.count, canvas.bands.count
        data_step = 6 * strips + 3 * bands + _PASSES * (3 * strips + bands)
        return (self.annealing.steps - done) * ((self.denoiser.traits.channels or 1) * data_step + tiles.count)

    def solve(
        self, work: Workspace, y: Sequence[BlockSource], sizes: Sequence[int], later: int = 0
    ) -> tuple[SeenSource, ...]:
        """The restored photograph, each channel a part of an array in ``work``.

        Args:
            work: where.
            y: the channels of the photograph, of the size of the window.
            sizes: see :meth:`sizes`.
            later: the blocks that others compute after it.
        """
        canvas, tiles = self._cut(sizes)
        camera = BlockCamera(self.kernel, self.window, self.limits, canvas)
        sigma = max(self.sigma, _LEAST_NOISE)
        levels, weight = self.annealing.levels(sigma), self.annealing.weight
        first: list[BlockSource] = [ExtendedSource(each, self.window) for each in y]
        x = camera.unclipped(work, first, y, self.sigma, self.annealing.first**2 / weight, self.pulls)
        found: tuple[BlockArray, ...] = ()
        for step in range(self.annealing.steps):
            work.expect(later + self.expected(sizes, step))
            level = float(levels.at(step))
            rho = sigma**2 * weight / level**2
            moved = [camera.prox(work, each, y[at], rho, f"v{step}-{at}") for at, each in enumerate(x)]
            _drop(work, x)
            denoise = DenoiseStep(self.denoiser, level, 2)
            found = work.map(
                f"x{step}", tiles, denoise, [BlockInput(each, denoise.halo(2)) for each in moved],
                [BlockOutput(f"denoised{step}-{at}") for at in range(len(moved))],
            ).arrays  # fmt: skip
            _drop(work, moved)
            x = found
        return tuple(SeenSource(each, self.window) for each in found)

    def _cut(self, sizes: Sequence[int]) -> tuple[BlockCanvas, BlockGrid]:
        strip, band, *tile = sizes
        tiles = tuple(min(size, most) for size, most in zip(tile, self.shape, strict=True))
        return BlockCanvas(self.shape, strip, band), BlockGrid(self.shape, tiles)


def _drop(work: Workspace, sources: Sequence[BlockSource]) -> None:
    """Remove those that were made here."""
    work.drop(*(each for each in sources if isinstance(each, BlockArray)))
