"""``preimage restore``."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from preimage.cli import arguments as args
from preimage.cli import help as texts
from preimage.cli.batch import Work, restore_all, restore_one, was_interrupted
from preimage.cli.checks import check_alone, check_apart, check_request
from preimage.cli.fitting import chosen
from preimage.cli.interrupts import INTERRUPTED, load
from preimage.cli.options import Fitting, Request, Shared
from preimage.cli.output import say
from preimage.cli.outputs import Job, Plan, make_folders, plan
from preimage.cli.progress import Bar
from preimage.errors import ArgumentError

if TYPE_CHECKING:
    from preimage.restore import Record, Restored

__all__ = ["app"]

app = App("restore", help=texts.RESTORE)

_DEFAULT, _USUAL = Shared(), Fitting()


@app.command(help_epilogue=texts.EXAMPLES["denoise"])
def denoise(
    *inputs: args.Inputs,
    sigma: args.Sigma = "auto",
    noise: args.Noise = "auto",
    method: args.DenoisingMethod = "drunet",
    search: args.Search = "light",
    steps: args.DipSteps = None,
    weights: args.DenoisingWeights = None,
    quality: args.OutputQuality = None,
    fitting: Fitting = _USUAL,
    options: Shared = _DEFAULT,
) -> int:
    """Remove noise."""
    settings = {
        "sigma": sigma, "noise": noise, "method": method, "search": search, "steps": steps, "weights": weights,
    }  # fmt: skip
    return _run(Request("denoise", inputs, settings, options, fitting, quality), denoise)


@app.command(help_epilogue=texts.EXAMPLES["deblur"])
def deblur(
    *inputs: args.Inputs,
    kernel: args.Kernel = "",
    sigma: args.Sigma = "auto",
    method: args.Method = "dpir",
    steps: args.DeblurSteps = None,
    weights: args.PriorWeights = None,
    quality: args.OutputQuality = None,
    fitting: Fitting = _USUAL,
    options: Shared = _DEFAULT,
) -> int:
    """Undo a known blur."""
    if not kernel and options.from_json is None:
        raise ArgumentError("`--kernel` must be given, got none; name a file or a formula like gaussian:1.6.")
    settings = {"kernel": kernel, "sigma": sigma, "method": method, "steps": steps, "weights": weights}
    return _run(Request("deblur", inputs, settings, options, fitting, quality), deblur)


@app.command(help_epilogue=texts.EXAMPLES["superresolve"])
def superresolve(
    *inputs: args.Inputs,
    factor: args.Factor = 2,
    kernel: args.CameraKernel = None,
    sigma: args.Sigma = "auto",
    method: args.Method = "dpir",
    steps: args.EnlargingSteps = None,
    weights: args.PriorWeights = None,
    quality: args.OutputQuality = None,
    fitting: Fitting = _USUAL,
    options: Shared = _DEFAULT,
) -> int:
    """Enlarge."""
    settings = {
        "factor": factor, "kernel": kernel, "sigma": sigma, "method": method, "steps": steps, "weights": weights,
    }  # fmt: skip
    return _run(Request("superresolve", inputs, settings, options, fitting, quality), superresolve)


@app.command(help_epilogue=texts.EXAMPLES["inpaint"])
def inpaint(
    *inputs: args.Inputs,
    mask: args.Mask = None,
    white: args.White = "missing",
    sigma: args.Sigma = "auto",
    method: args.Method = "dpir",
    steps: args.InpaintingSteps = None,
    weights: args.InpaintingWeights = None,
    quality: args.OutputQuality = None,
    fitting: Fitting = _USUAL,
    options: Shared = _DEFAULT,
) -> int:
    """Fill in missing pixels: those of a mask, or without one those that are NaN."""
    settings = {
        "mask": mask, "white": white, "sigma": sigma, "method": method, "steps": steps, "weights": weights,
    }  # fmt: skip
    return _run(Request("inpaint", inputs, settings, options, fitting, quality), inpaint)


@app.command(help_epilogue=texts.EXAMPLES["demosaic"])
def demosaic(
    *inputs: args.Inputs,
    pattern: args.Pattern = "RGGB",
    sigma: args.Sigma = "auto",
    method: args.DemosaickingMethod = "dpir",
    search: args.Search = "light",
    steps: Annotated[int | None, Parameter(help="Steps of dpir, 40 by default.")] = None,
    weights: args.MosaicWeights = None,
    quality: args.OutputQuality = None,
    options: Shared = _DEFAULT,
) -> int:
    """Colour from a raw Bayer mosaic, stored as a grey picture."""
    settings = {
        "pattern": pattern, "sigma": sigma, "method": method, "search": search, "steps": steps, "weights": weights,
    }  # fmt: skip
    return _run(Request("demosaic", inputs, settings, options, quality=quality), demosaic)


@app.command(help_epilogue=texts.EXAMPLES["deblock"])
def deblock(
    *inputs: args.Inputs,
    quality: args.Quality = "auto",
    method: args.DeblockingMethod = "groupsc",
    search: args.Search = "light",
    steps: args.DipSteps = None,
    weights: args.DeblockingWeights = None,
    output_quality: args.DeblockedQuality = None,
    fitting: Fitting = _USUAL,
    options: Shared = _DEFAULT,
) -> int:
    """Remove the artefacts of JPEG compression."""
    settings = {"quality": quality, "method": method, "search": search, "steps": steps, "weights": weights}
    return _run(Request("deblock", inputs, settings, options, fitting, output_quality), deblock)


@app.command(help_epilogue=texts.EXAMPLES["flash"])
def flash(
    *inputs: args.Inputs,
    flash: args.Flash = None,
    sigma: args.Sigma = "auto",
    steps: args.DipSteps = None,
    quality: args.OutputQuality = None,
    fitting: Fitting = _USUAL,
    options: Shared = _DEFAULT,
) -> int:
    """Remove the noise of a picture without flash, with the help of one with flash.

    INPUT is the picture without flash. A network fitted to it (dip) draws it from the other.
    """
    if flash is None and options.from_json is None:
        raise ArgumentError("`--flash` must be given, got none; name the picture of the same scene with flash.")
    settings = {"flash": flash, "sigma": sigma, "steps": steps}
    return _run(Request("flash", inputs, settings, options, fitting, quality), _flash)


_flash = flash


def _run(request: Request, command: Callable[..., int]) -> int:
    options = request.options
    if options.from_json is not None:
        return _repeat(request, command, options.from_json)
    planned = plan(request.inputs, options.output, options.compare, request.task, options.recursive)
    return _carry_out(planned, request, lambda job, progress: _restored(request, job, progress))


def _carry_out(planned: Plan, request: Request, work: Work) -> int:
    check_apart(planned.jobs, request)
    check_request(request, planned.jobs)
    _say_passed_over(planned.passed_over)
    load("preimage.restore")
    from preimage.cli.watching import Planned

    options = request.options
    if not options.dry_run:
        make_folders(planned.jobs, planned.single)
    if not planned.single or options.skip_existing:
        return restore_all(planned.jobs, work, request)
    try:
        restored = restore_one(planned.jobs[0], work, request)
    except Planned:
        say("dry run: nothing was written.")
        return 0
    return INTERRUPTED if was_interrupted(restored) else 0


def _restored(request: Request, job: Job, progress: Bar) -> "Restored":
    from preimage import restore

    functions: dict[str, Callable[..., Restored]] = {
        "denoise": restore.denoise, "deblur": restore.deblur, "superresolve": restore.superresolve,
        "inpaint": restore.inpaint, "demosaic": restore.demosaic, "deblock": restore.deblock, "flash": restore.flash,
    }  # fmt: skip
    method = chosen(request.settings.get("method", "dip"), request.fitting, job, progress)
    return functions[request.task](job.input, **request.arguments(), method=method, progress=progress)


def _repeat(request: Request, command: Callable[..., int], source: Path) -> int:
    check_alone(request, command)
    check_request(request, ())
    load("preimage.restore")
    from preimage.restore import Record, repeat

    record = Record.read(source)
    if record.task != request.task:
        raise ArgumentError(
            f"`--from-json` must record {request.task}, got {record.task}; use preimage restore {record.task}."
        )
    planned = plan(request.inputs or (record.input["path"],), *_places(request), request.task)
    if not planned.single:
        raise ArgumentError("`INPUT` must be the recorded picture, got several; give one, or none.")
    return _carry_out(planned, _as_recorded(request, record), lambda job, bar: repeat(record, job.input, bar))


def _places(request: Request) -> tuple[Path | None, Path | None]:
    return request.options.output, request.options.compare


def _as_recorded(request: Request, record: "Record") -> Request:
    """With the quality in which the picture was written."""
    quality: Any = record.settings.get("output_quality")
    settings = {name: value for name, value in record.settings.items() if name == "method"}
    return replace(request, settings=settings, quality=request.quality or quality, words=record.degradation)


def _say_passed_over(paths: tuple[Path, ...]) -> None:
    """One line for all files that are no pictures."""
    if not paths:
        return
    shown = ", ".join(f"{path.name}/" if path.is_dir() else path.name for path in paths[:8])
    more = f" and {len(paths) - 8} more" if len(paths) > 8 else ""
    hint = "; --recursive looks into folders" if any(path.is_dir() for path in paths) else ""
    say(f"passed over, no pictures to restore: {shown}{more}{hint}")
