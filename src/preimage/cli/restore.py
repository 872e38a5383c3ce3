"""``preimage restore``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from preimage.cli.arguments import (
    CameraKernel,
    DeblockingMethod,
    DemosaickingMethod,
    DenoisingMethod,
    DipSteps,
    Factor,
    Flash,
    Inputs,
    Kernel,
    Mask,
    Method,
    Pattern,
    Quality,
    Search,
    Steps,
    White,
)
from preimage.cli.batch import INTERRUPTED, Work, restore_all, restore_one, was_interrupted
from preimage.cli.fitting import chosen
from preimage.cli.inputs import Job, plan
from preimage.cli.options import Fitting, Options
from preimage.cli.progress import Bar
from preimage.errors import ArgumentError

if TYPE_CHECKING:
    from preimage.restore import Restored

__all__ = ["app"]

app = App("restore", help="Restore photographs: files, folders or patterns of PNG, JPEG, TIFF, WebP and BMP.")

_DEFAULT, _USUAL = Options(), Fitting()


@app.command
def denoise(
    *inputs: Inputs,
    method: DenoisingMethod = "drunet",
    search: Search = "light",
    steps: DipSteps = None,
    fitting: Fitting = _USUAL,
    options: Options = _DEFAULT,
) -> int:
    """Remove noise."""
    _refuse_trace("denoise", method, options)

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import denoise

        how = chosen(method, fitting, job, progress)
        return denoise(job.input, steps=steps, method=how, search=search, **options.settings(), progress=progress)

    return _run("denoise", inputs, options, work, fitting)


@app.command
def deblur(
    *inputs: Inputs,
    kernel: Kernel = "",
    method: Method = "dpir",
    steps: Steps = None,
    fitting: Fitting = _USUAL,
    options: Options = _DEFAULT,
) -> int:
    """Undo a known blur."""
    if not kernel and options.from_json is None:
        raise ArgumentError("`--kernel` must be given, got none; name a file or a formula like gaussian:1.6.")

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import deblur

        return deblur(
            job.input, kernel, steps=steps, method=chosen(method, fitting, job, progress), **options.settings(),
            trace=options.trace, progress=progress,
        )  # fmt: skip

    return _run("deblur", inputs, options, work, fitting)


@app.command
def superresolve(
    *inputs: Inputs,
    factor: Factor = 2,
    kernel: CameraKernel = None,
    method: Method = "dpir",
    steps: Steps = None,
    fitting: Fitting = _USUAL,
    options: Options = _DEFAULT,
) -> int:
    """Enlarge."""

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import superresolve

        return superresolve(
            job.input, factor, kernel, steps=steps, method=chosen(method, fitting, job, progress),
            **options.settings(), trace=options.trace, progress=progress,
        )  # fmt: skip

    return _run("superresolve", inputs, options, work, fitting)


@app.command
def inpaint(
    *inputs: Inputs,
    mask: Mask = "",
    white: White = "missing",
    method: Method = "dpir",
    steps: Steps = None,
    fitting: Fitting = _USUAL,
    options: Options = _DEFAULT,
) -> int:
    """Fill in missing pixels: those of a mask, or without one those that are NaN."""

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import inpaint

        return inpaint(
            job.input, mask or None, white=white, steps=steps, method=chosen(method, fitting, job, progress),
            **options.settings(), trace=options.trace, progress=progress,
        )  # fmt: skip

    return _run("inpaint", inputs, options, work, fitting)


@app.command
def demosaic(
    *inputs: Inputs,
    pattern: Pattern = "RGGB",
    method: DemosaickingMethod = "dpir",
    search: Search = "light",
    steps: Annotated[int | None, Parameter(help="Steps of dpir, 40 by default.")] = None,
    options: Options = _DEFAULT,
) -> int:
    """Colour from a raw Bayer mosaic, stored as a grey picture."""

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import demosaic

        return demosaic(
            job.input, pattern, steps=steps, method=method, search=search, **options.settings(), trace=options.trace,
            progress=progress,
        )  # fmt: skip

    return _run("demosaic", inputs, options, work)


@app.command
def deblock(
    *inputs: Inputs,
    quality: Quality = "auto",
    method: DeblockingMethod = "groupsc",
    search: Search = "light",
    steps: DipSteps = None,
    fitting: Fitting = _USUAL,
    options: Options = _DEFAULT,
) -> int:
    """Remove the artefacts of JPEG compression."""
    _refuse_trace("deblock", method, options)
    if options.sigma != "auto":
        raise ArgumentError(f"`--sigma` must be left out for deblock, got {options.sigma}; give --quality.")

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import deblock

        settings = {name: value for name, value in options.settings().items() if name != "sigma"}
        how = chosen(method, fitting, job, progress)
        return deblock(job.input, quality, steps=steps, method=how, search=search, **settings, progress=progress)

    return _run("deblock", inputs, options, work, fitting)


@app.command
def flash(
    *inputs: Inputs,
    flash: Flash = None,
    steps: DipSteps = None,
    fitting: Fitting = _USUAL,
    options: Options = _DEFAULT,
) -> int:
    """Remove the noise of a picture without flash, with the help of one with flash.

    INPUT is the picture without flash. A network fitted to it (dip) draws it from the other.
    """
    if flash is None and options.from_json is None:
        raise ArgumentError("`--flash` must be given, got none; name the picture of the same scene with flash.")
    if options.weights is not None:
        raise ArgumentError("`--weights` must be left out for flash, got some; a network is fitted from nothing.")

    def work(job: Job, progress: Bar) -> "Restored":
        from preimage.restore import Dip
        from preimage.restore import flash as with_flash

        assert flash is not None
        how = chosen("dip", fitting, job, progress)
        assert isinstance(how, Dip)
        settings = {name: value for name, value in options.settings().items() if name != "weights"}
        return with_flash(job.input, flash, steps=steps, method=how, **settings, progress=progress)

    return _run("flash", inputs, options, work, fitting)


def _refuse_trace(task: str, method: str, options: Options) -> None:
    if options.trace and method != "dip":
        raise ArgumentError(f"`--trace` must be left out for {task}, got it; there are no steps to write down.")


def _run(task: str, inputs: tuple[str, ...], options: Options, work: Work, fitting: Fitting = _USUAL) -> int:
    if options.from_json is not None:
        return _repeat(task, inputs, options, options.from_json)
    jobs, single = plan(inputs, options.output, options.compare)
    preview = fitting.preview is not None
    if not single:
        return restore_all(jobs, work, options, preview)
    restored = restore_one(jobs[0], work, options, preview=preview)
    return INTERRUPTED if was_interrupted(restored) else 0


def _repeat(task: str, inputs: tuple[str, ...], options: Options, source: Path) -> int:
    from preimage.restore import Record, repeat

    record = Record.read(source)
    given = replace(options, output=None, compare=None, overwrite=False, from_json=None)
    if given != _DEFAULT:
        raise ArgumentError("`--from-json` must be the only setting, got others too; drop them, or drop --from-json.")
    if record.task != task:
        raise ArgumentError(f"`--from-json` must record {task}, got {record.task}; use preimage restore {record.task}.")
    inputs = inputs or (record.input["path"],)
    jobs, single = plan(inputs, options.output, options.compare)
    if not single:
        raise ArgumentError("`INPUT` must be the recorded picture, got several; give one, or none.")
    restored = restore_one(jobs[0], lambda job, progress: repeat(record, job.input, progress), options)
    return INTERRUPTED if was_interrupted(restored) else 0
