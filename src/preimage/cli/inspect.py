"""The command that tells what was done to pictures, from their pixels."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from preimage._optional import require
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.files.formats.table import titles

__all__ = ["inspect"]


def inspect(
    *images: Annotated[Path, Parameter(name="INPUT", help=f"Pictures: {titles()}.")],
    plot: Annotated[
        bool,
        Parameter(negative=(), help="Draw level function and spectrum of the noise to STEM.noise.png beside INPUT."),
    ] = False,
    overwrite: Annotated[bool, Parameter(negative=(), help="Replace files that exist.")] = False,
) -> int:
    """Tell the noise of pictures, and whether they were compressed by JPEG or enlarged, from their pixels alone.

    The noise: its level over all frequencies, how far it goes on from pixel to pixel, and its level by brightness. What
    is found is what preimage restore denoise goes by.
    """
    import_interruptibly("preimage.blind")
    from preimage.files.atomic import check_free

    files = [image.with_name(f"{image.stem}.noise.png") for image in images] if plot else []
    for file in files:
        check_free(file, overwrite)
        require("matplotlib", "plot", "a drawing of noise")
    for number, image in enumerate(images):
        _tell(image, files[number] if plot else None, overwrite)
    return 0


def _tell(image: Path, file: Path | None, overwrite: bool) -> None:
    """What is found in one picture; of a file with bands in its first part, grey or colour."""
    from preimage.blind import estimate_noise, find_jpeg, find_rescaling
    from preimage.restore.frame.pictures import open_pictures

    pictures = open_pictures(image)
    pixels = pictures.pixels[0]
    noise, jpeg, enlarged = estimate_noise(pixels), find_jpeg(pixels), find_rescaling(pixels)
    height, width = pixels.shape[-2:]
    say(f"{image}: {width}x{height}, {'colour' if len(pixels) == 3 else 'grey'}")
    say(f"  noise      {noise}")
    for channel, row in enumerate(noise.levels if noise.sigma > 0 else ()):
        values = noise.brightness[channel]
        told = "  ".join(f"{255 * float(row[k]):5.1f}" for k in range(0, len(row), 2))
        if channel == 0:
            say("    at     " + "  ".join(f"{255 * float(values[k]):5.0f}" for k in range(0, len(row), 2)) + "  of 255")
        name = ("red", "green", "blue")[channel] if len(pixels) == 3 else "grey"
        say(f"    {name:7}{told}")
    say(f"  JPEG       {'no traces' if jpeg is None else _of_jpeg(jpeg.quality, jpeg.phase)}")
    say(f"  enlarged   {'no traces' if enlarged is None else f'about {enlarged.factor:.2f} times'}")
    if file is not None:
        from preimage.files.atomic import replacing
        from preimage.plot import draw_noise

        with replacing(file, overwrite) as temporary:
            draw_noise(noise).savefig(temporary, format="png")
        say(f"  -> {file}")


def _of_jpeg(quality: int, phase: tuple[int, int]) -> str:
    cropped = "" if phase == (0, 0) else f", cropped since: its blocks begin at row {phase[0]}, column {phase[1]}"
    return f"quality about {quality}{cropped}"
