"""The blocks and ripples of JPEG removed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import torch.nn.functional as F
from torch import Tensor
from typing_extensions import Unpack, override

from preimage.blind import find_jpeg
from preimage.blind.luma import luma
from preimage.errors import ArgumentError
from preimage.files.samples.sampling import Sampling
from preimage.models.sparse.levels import jpeg_level
from preimage.physics import Denoising
from preimage.physics.codec.jpeg_tables import luma_steps, quality_of_steps
from preimage.restore.frame.engine import Restored, carry_out
from preimage.restore.frame.level import Level
from preimage.restore.frame.method import Method
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.settings import Options
from preimage.restore.frame.task import Problem, Task
from preimage.restore.frame.task_function import task_function
from preimage.restore.frame.work import Progress

__all__ = ["Artefacts", "Deblock", "deblock"]

# Changes in units of what quantisation leaves: up to the first they are believed, from the second not at all.
_BELIEVED, _DOUBTED = 0.28, 0.42


@dataclass(frozen=True)
class Deblock(Task):
    """Brightness after JPEG compression; colours keep their difference from it.

    Args:
        quality: 1..100; ``None``: from the tables of the file, or from the pixels.
    """

    quality: int | None = None

    name: ClassVar[str] = "deblock"
    artefact: ClassVar[str] = "jpeg"
    takes_sigma: ClassVar[bool] = False

    @classmethod
    @override
    def of(cls, image: Picture, options: Mapping[str, Any]) -> "Deblock":
        return Deblock(_parse(options["quality"]))

    @classmethod
    @override
    def recorded(cls, settings: Mapping[str, Any], resolved: Mapping[str, Any]) -> dict[str, Any]:
        if settings.get("method") == "dip":
            return {"quality": "auto"}
        found = resolved["quality"]
        return {"quality": settings["quality"] if isinstance(found, list) else found}

    @override
    def in_colour(self) -> "Deblock":
        return DeblockInColour(self.quality)

    def blind(self) -> "Artefacts":
        """For artefacts of any strength.

        Raises:
            ArgumentError: the quality was given.
        """
        if self.quality is not None:
            raise ArgumentError(f"`quality` must be left out for dip, got {self.quality}; it suits any.")
        return Artefacts()

    def options(self) -> dict[str, Any]:
        """The quality as given."""
        return {"quality": "auto" if self.quality is None else self.quality}

    @override
    def channels(self, given: int) -> int:
        return 1

    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        """Of the quality given, of the file's tables, or of the pixels.

        Raises:
            ArgumentError: nothing tells the quality.
        """
        written, exact = quality_of_steps(sampling.luma_steps) if sampling.luma_steps else (None, True)
        if self.quality is not None:
            differs = written is not None and written != self.quality
            notes = (f"the file's own table is that of quality {written}",) if differs else ()
            return Level(jpeg_level(self.quality), "given", notes)
        if written is not None:
            notes = () if exact else (f"the file's quantisation table is not standard: quality {written} is nearest",)
            return Level(jpeg_level(written), "from the file's quantisation table", notes)
        traces = find_jpeg(pixels)
        if traces is None:
            raise ArgumentError(
                "`quality` must be given for a picture whose pixels show no traces of JPEG, got auto; there may be "
                "nothing to restore."
            )
        return Level(jpeg_level(traces.quality), "estimated from the pixels")

    def describe(self, level: Level, strength: float) -> str:
        """The quality and its origin."""
        scaled = "" if strength == 1 else f", its artefacts taken {strength:g} times"
        return f"JPEG quality {_quality(level.value)}, {level.origin}{scaled}"

    def entries(self, level: Level, strength: float) -> dict[str, float]:
        """The quality, and what the model is told."""
        return {"quality": _quality(level.value), "level": level.value * strength}

    def range_notes(self, level: float, low: float, high: float) -> list[str]:
        """Where the quality (``strength`` considered) is not among those of the training."""
        if low - 1e-3 <= level <= high + 1e-3:
            return []
        if level < low:
            return [
                f"JPEG quality {_quality(level)} is above {_quality(low)}, the best that the weights were trained for: "
                f"{100 * level / low:.0f} % of what they would remove there is removed"
            ]
        return [
            f"JPEG quality {_quality(level)} is outside {_quality(high)} to {_quality(low)}, the range the weights "
            "were trained for: what they removed there is scaled in proportion"
        ]

    @override
    def planes(self, channels: int) -> tuple[int, int]:
        return 2 * channels + 3, 0  # the picture, its brightness before and after, and the result

    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        """The brightness, whose change every channel takes."""
        bright, level = luma(y), sigma or 0.0

        def finish(x: Tensor) -> Tensor:
            change = x - bright
            return y + _share(change, _quality(level)) * change

        return Problem(bright, Denoising(), level, finish=finish)


@dataclass(frozen=True)
class DeblockInColour(Deblock):
    """All colours after JPEG compression, by a model of three channels; grey pictures have three equal ones."""

    @override
    def channels(self, given: int) -> int:
        return 3

    @override
    def planes(self, channels: int) -> tuple[int, int]:
        return 6 + channels, 0

    @override
    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        def finish(x: Tensor) -> Tensor:
            return x if y.shape[1] == 3 else x.mean(1, keepdim=True)

        return Problem(y.expand(-1, 3, -1, -1), Denoising(), sigma or 0.0, finish=finish)


@dataclass(frozen=True)
class Artefacts(Task):
    """``y = x`` and something that does not look like a picture, of JPEG or of whatever it was."""

    name: ClassVar[str] = "deblock"
    artefact: ClassVar[str] = "jpeg"
    takes_sigma: ClassVar[bool] = False

    @override
    def level(self, pixels: Tensor, sigma: float | None, sampling: Sampling) -> Level:
        return Level(0.0, "unknown")

    @override
    def describe(self, level: Level, strength: float) -> str:
        return "artefacts of unknown kind and strength"

    @override
    def entries(self, level: Level, strength: float) -> dict[str, float]:
        return {}

    @override
    def problem(self, y: Tensor, sigma: float | None) -> Problem:
        return Problem(y, Denoising())


def _share(change: Tensor, quality: int) -> Tensor:
    """How much of ``change`` (B, 1, H, W) to believe, in [0, 1], from its size in 8x8 blocks and those around.

    In photographs it is a third at most of what quantisation leaves in a coefficient that is no zero, of standard
    deviation ``step / sqrt(12)``. Letters, of which the model knows nothing, it changes by twice that, for the worse.
    """
    steps = luma_steps(min(max(quality, 1), 100))
    unit = math.sqrt(sum(step**2 for step in steps) / len(steps) / 12) / 255
    blocks = F.avg_pool2d(change.square(), 8, ceil_mode=True)
    blocks = F.avg_pool2d(blocks, 3, 1, padding=1, count_include_pad=False).sqrt() / unit
    share = ((_DOUBTED - blocks) / (_DOUBTED - _BELIEVED)).clamp(0, 1)
    tall, wide = (8 * n for n in share.shape[-2:])
    smooth = F.interpolate(share, size=(tall, wide), mode="bilinear", align_corners=False)
    return smooth[..., : change.shape[-2], : change.shape[-1]]


def _quality(level: float) -> int:
    return round(100 * (1 - level))


def _parse(quality: str | float) -> int | None:
    text = str(quality).strip().lower()
    if text == "auto":
        return None
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise ArgumentError(
            f"`quality` must be auto or a whole number in 1..100, got {quality!r}; JPEG knows no other."
        )
    return int(text)


@task_function
def deblock(
    image: Picture,
    quality: int | str = "auto",
    *,
    method: str | Method = "drunet",
    progress: Progress | None = None,
    **options: Unpack[Options],
) -> Restored:
    """Remove the artefacts of JPEG.

    A trained network (DRUNet) restores all channels; or a sparse model (GroupSC) the brightness, from which colours
    keep their difference; or a network fitted to the picture all channels, whatever the artefacts are.

    Args:
        quality: 1..100 as the encoder was told; ``"auto"`` takes the nearest to the quantisation table of a JPEG file,
            and for other pictures the one whose multiples the DCT coefficients are.
        strength: factor on the degradation ``1 - quality / 100``.
        method: ``drunet``, ``groupsc``, or ``dip``, see :func:`preimage.restore.denoise`: it needs no quality, and
            stops when what it draws varies least.
    """
    return carry_out(image, Deblock(_parse(quality)), method, progress, **options)
