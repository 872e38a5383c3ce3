"""What is seen in a picture before anything is done to it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from preimage.blind import KernelEstimate, estimate_noise, find_rescaling
from preimage.errors import ImageFileError, PreimageError
from preimage.files import ImageFile, open_image
from preimage.restore import Task
from preimage.restore.tasks.deblock import Deblock
from preimage.restore.tasks.denoise import Denoise
from preimage.restore.tasks.found_kernel import find_kernel, write_kernel
from preimage.web.findings import Findings, SeenBlur

__all__ = ["look", "look_for_blur", "prepare"]

_COLOURS = 3
_ENOUGH = 2048


def look(path: Path | str) -> Findings:
    """Decode a picture and tell what is seen in it.

    Raises:
        ImageFileError: it is no picture that can be restored.
    """
    source, (file, has_holes) = open_image(path), _read(path)
    channels, height, width = file.pixels.shape
    known = (width, height, channels, source.bits, source.format.title or source.format.name)
    if has_holes:  # whose edges are no noise
        return Findings(*known)
    pixels, sampling = file.parts()[0], file.samplings()[0]
    noise, jpeg = _level(Denoise(), pixels, sampling), _level(Deblock(), pixels, sampling)
    middle = _middle(pixels)
    traces = find_rescaling(middle)
    return Findings(
        *known,
        None if noise is None else noise.value, noise is not None and noise.light is not None,
        None if jpeg is None else round(100 * (1 - jpeg.value)), bool(file.luma_steps),
        estimate_noise(middle).correlation_length, None if traces is None else traces.factor,
    )  # fmt: skip


def _read(path: Path | str) -> tuple[ImageFile, bool]:
    """A picture, 0 where it is NaN, and whether it is so anywhere: to fill that in is a task."""
    try:
        return ImageFile.read(path), False
    except ImageFileError:
        missing = ImageFile.missing_in(path)
        if not missing.any() or missing.all():
            raise
        return ImageFile.read(path, missing=missing), True


def _middle(pixels: Tensor) -> Tensor:
    """The middle of a picture (C, H, W), which says as much as all of it where that is large."""
    top, left = (max(0, (side - _ENOUGH) // 2) for side in pixels.shape[-2:])
    return pixels[:, top : top + _ENOUGH, left : left + _ENOUGH]


def _level(task: Task, pixels: Any, sampling: Any) -> Any:
    try:
        return task.level(pixels, None, sampling)
    except PreimageError:  # nothing is seen
        return None


def look_for_blur(path: Path | str, drawing: Path | str) -> SeenBlur:
    """Find the blur of a picture, and draw its kernel as the command line does where it undoes the blur.

    Raises:
        PreimageError: it is no picture that can be restored, or one of too many bands.
    """
    found = find_kernel(path, None)
    write_kernel(found, Path(drawing))
    return SeenBlur(found.words, found.levels.numel() == 1, found.trust >= KernelEstimate.ENOUGH)


def prepare(views: Sequence[tuple[str, str]]) -> None:
    """Write, for each pair of a picture and a PNG file, what a browser shows of it: 8 bits, all pixels, no loss."""
    from PIL import Image

    for source, view in views:
        file, _ = _read(source)
        shown = file.pixels[:_COLOURS] if len(file.pixels) >= _COLOURS else file.pixels[:1]
        pixels = (shown.clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
        profile = file.metadata.icc or None
        picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        begun = Path(f"{view}.part")  # the page shows whatever has the name
        picture.save(begun, "PNG", compress_level=1, icc_profile=profile)
        begun.replace(view)
