"""``preimage demo``: the main job on a photograph, from nothing."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from preimage import _optional
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.options import Request
from preimage.cli.output import say
from preimage.cli.outputs import FileJob
from preimage.cli.pictures.one_picture import Work, restore_one
from preimage.cli.progress import Bar

if TYPE_CHECKING:
    from torch import Tensor

    from preimage.restore import Restored

__all__ = ["demo"]

KERNEL, NOISE, SEED = "motion:15@30", "5/255", 0


def demo(
    file: Annotated[
        Path | None,
        Parameter(name="INPUT", help="A degraded picture: it is denoised, or deblurred where a kernel is given."),
    ] = None,
    *,
    kernel: Annotated[str | None, Parameter(help="The blur, as for preimage restore deblur.")] = None,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="A folder; by default restored, or restored-2 and so on.")
    ] = None,
    sigma: Annotated[str, Parameter(help="Noise level: auto, or like 25/255 or 0.098.")] = "auto",
    steps: Annotated[int, Parameter(help="Steps of the deblurring.")] = 8,
) -> int:
    """Restore a photograph and write it, a before/after comparison and a record into a folder.

    Without a file, a photograph that comes with scikit-image is blurred and made noisy first, and the gain is printed.
    """
    import_interruptibly("preimage.restore.repetition")
    folder = _new_folder(output)
    try:
        if file is not None:
            job = FileJob(
                file, folder / file.name, folder / f"{file.stem}.json", folder / f"{file.stem}-comparison.png"
            )
            restore_one(job, _work(kernel, sigma, steps), _request(kernel))
            return 0
        truth = _degrade(folder / "degraded.png", kernel or KERNEL)
        job = FileJob(
            folder / "degraded.png", folder / "restored.png", folder / "restored.json", folder / "comparison.png"
        )
        restore_one(job, _work(kernel or KERNEL, sigma, steps), _request(kernel or KERNEL))
        _print_gain(truth, job)
    finally:
        with suppress(OSError):
            folder.rmdir()  # succeeds only where nothing was written
    return 0


def _request(kernel: str | None) -> Request:
    return Request("denoise" if kernel is None else "deblur", (), {})


def _work(kernel: str | None, sigma: str, steps: int) -> Work:
    def work(job: FileJob, progress: Bar) -> "Restored":
        from preimage.restore import deblur, denoise

        if kernel is None:
            return denoise(job.input, sigma=sigma, progress=progress)
        return deblur(job.input, kernel, sigma=sigma, steps=steps, progress=progress)

    return work


def _degrade(path: Path, spec: str) -> "Tensor":
    """Blur and noise a bundled photograph, as a camera would that sees more than it records; returns the truth."""
    import torch

    from preimage.notation import parse_sigma
    from preimage.physics import Blur, GaussianNoise
    from preimage.restore import ImageFile, read_kernel

    data = _optional.require("skimage.data", "examples", "the demo's photograph")
    photograph = ImageFile.from_array(data.astronaut())
    kernel, level = read_kernel(spec), parse_sigma(NOISE)
    physics = Blur(kernel, "valid", noise=GaussianNoise(level or 0.0))
    blurred = physics(photograph.pixels[None], rng=torch.Generator().manual_seed(SEED))[0]
    photograph.with_pixels(blurred).write(path)
    rows, columns = kernel.shape
    top, left = rows - 1 - rows // 2, columns - 1 - columns // 2
    say(f"photograph of scikit-image, {photograph.pixels.shape[2]}x{photograph.pixels.shape[1]}, blurred ({spec}) ")
    say(f"  with noise {NOISE} -> {path}")
    return photograph.pixels[:, top : top + blurred.shape[1], left : left + blurred.shape[2]]


def _print_gain(truth: "Tensor", job: FileJob) -> None:
    from preimage.metric import PSNR
    from preimage.restore import ImageFile

    before, after = (float(PSNR()(ImageFile.read(path).pixels[None], truth[None])) for path in (job.input, job.output))
    say(f"  PSNR {before:.2f} dB -> {after:.2f} dB: {after - before:+.2f} dB")


def _new_folder(wanted: Path | None) -> Path:
    """``wanted``, or the first of restored, restored-2, ... that is not there; made if need be."""
    folder, number = wanted or Path("restored"), 1
    while wanted is None and folder.exists():
        number += 1
        folder = Path(f"restored-{number}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        from preimage.errors import ImageFileError

        raise ImageFileError(f"`--output` must be a folder, got {folder}: {error.strerror or error}.") from error
    return folder
