"""``preimage restore``."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from preimage.cli.batch import Work, restore_all, restore_one
from preimage.cli.inputs import plan
from preimage.cli.options import Options
from preimage.errors import ArgumentError

if TYPE_CHECKING:
    from preimage.restore import Restored

__all__ = ["app"]

app = App("restore", help="Restore photographs: files, folders or patterns of PNG, JPEG, TIFF, WebP and BMP.")

_DEFAULT = Options()
_Inputs = Annotated[str, Parameter(name="INPUT", help="Pictures, folders of pictures, or quoted patterns.")]
_Steps = Annotated[int, Parameter(help="Steps of the method.")]
_Kernel = Annotated[
    str,
    Parameter(
        help="The blur: an image, .npy or .mat file (file.mat:3 is the third kernel in it), or gaussian:SIGMA, "
        "motion:LENGTH@DEGREES, disk:RADIUS in pixels."
    ),
]
_CameraKernel = Annotated[
    str | None,
    Parameter(help="The camera's blur in pixels of the result, as for deblur; by default it suits the factor."),
]
_Factor = Annotated[Literal[2, 3, 4], Parameter(help="How many times wider and taller.")]
_Mask = Annotated[str, Parameter(help="Picture of the same size, white where pixels are missing.")]
_Pattern = Annotated[
    Literal["RGGB", "BGGR", "GRBG", "GBRG"], Parameter(help="Colours of the 2x2 cell at the top left, row by row.")
]
_DenoisingMethod = Annotated[
    Literal["drunet", "groupsc"], Parameter(help="A network, or a sparse model of similar patches.")
]
_DemosaickingMethod = Annotated[
    Literal["dpir", "groupsc"], Parameter(help="Plug-and-play, or a sparse model of similar patches for no noise.")
]
_DeblockingMethod = Annotated[Literal["groupsc"], Parameter(help="A sparse model of similar patches.")]
_Search = Annotated[
    Literal["light", "paper"], Parameter(help="Patches groupsc looks at: those of its training, or all.")
]
_Quality = Annotated[
    str, Parameter(help="JPEG quality, 1 to 100; auto: by the file's quantisation table, or else by the pixels.")
]
Progress = Callable[[int, int], None]


@app.command
def denoise(
    *inputs: _Inputs,
    method: _DenoisingMethod = "drunet",
    search: _Search = "light",
    options: Options = _DEFAULT,
) -> int:
    """Remove noise."""
    _refuse_trace("denoise", options)

    def work(path: Path, progress: Progress) -> "Restored":
        from preimage.restore import denoise

        return denoise(path, method=method, search=search, **options.settings(), progress=progress)

    return _run("denoise", inputs, options, work)


@app.command
def deblur(*inputs: _Inputs, kernel: _Kernel = "", steps: _Steps = 8, options: Options = _DEFAULT) -> int:
    """Undo a known blur."""
    if not kernel and options.from_json is None:
        raise ArgumentError("`--kernel` must be given, got none; name a file or a formula like gaussian:1.6.")

    def work(path: Path, progress: Progress) -> "Restored":
        from preimage.restore import deblur

        return deblur(path, kernel, steps=steps, **options.settings(), trace=options.trace, progress=progress)

    return _run("deblur", inputs, options, work)


@app.command
def superresolve(
    *inputs: _Inputs,
    factor: _Factor = 2,
    kernel: _CameraKernel = None,
    steps: _Steps = 24,
    options: Options = _DEFAULT,
) -> int:
    """Enlarge."""

    def work(path: Path, progress: Progress) -> "Restored":
        from preimage.restore import superresolve

        return superresolve(
            path, factor, kernel, steps=steps, **options.settings(), trace=options.trace, progress=progress
        )

    return _run("superresolve", inputs, options, work)


@app.command
def inpaint(*inputs: _Inputs, mask: _Mask = "", steps: _Steps = 30, options: Options = _DEFAULT) -> int:
    """Fill in missing pixels."""
    if not mask and options.from_json is None:
        raise ArgumentError("`--mask` must be given, got none; name a picture that is white where pixels are missing.")

    def work(path: Path, progress: Progress) -> "Restored":
        from preimage.restore import inpaint

        return inpaint(path, mask, steps=steps, **options.settings(), trace=options.trace, progress=progress)

    return _run("inpaint", inputs, options, work)


@app.command
def demosaic(
    *inputs: _Inputs,
    pattern: _Pattern = "RGGB",
    method: _DemosaickingMethod = "dpir",
    search: _Search = "light",
    steps: Annotated[int | None, Parameter(help="Steps of dpir, 40 by default.")] = None,
    options: Options = _DEFAULT,
) -> int:
    """Colour from a raw Bayer mosaic, stored as a grey picture."""

    def work(path: Path, progress: Progress) -> "Restored":
        from preimage.restore import demosaic

        return demosaic(
            path, pattern, steps=steps, method=method, search=search, **options.settings(), trace=options.trace,
            progress=progress,
        )  # fmt: skip

    return _run("demosaic", inputs, options, work)


@app.command
def deblock(
    *inputs: _Inputs,
    quality: _Quality = "auto",
    method: _DeblockingMethod = "groupsc",
    search: _Search = "light",
    options: Options = _DEFAULT,
) -> int:
    """Remove the artefacts of JPEG compression."""
    _refuse_trace("deblock", options)
    if options.sigma != "auto":
        raise ArgumentError(f"`--sigma` must be left out for deblock, got {options.sigma}; give --quality.")

    def work(path: Path, progress: Progress) -> "Restored":
        from preimage.restore import deblock

        settings = {name: value for name, value in options.settings().items() if name != "sigma"}
        return deblock(path, quality, method=method, search=search, **settings, progress=progress)

    return _run("deblock", inputs, options, work)


def _refuse_trace(task: str, options: Options) -> None:
    if options.trace:
        raise ArgumentError(f"`--trace` must be left out for {task}, got it; there are no steps to write down.")


def _run(task: str, inputs: tuple[str, ...], options: Options, work: Work) -> int:
    if options.from_json is not None:
        return _repeat(task, inputs, options, options.from_json)
    jobs, single = plan(inputs, options.output, options.compare)
    if not single:
        return restore_all(jobs, work, options)
    restore_one(jobs[0], work, options)
    return 0


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
    restore_one(jobs[0], lambda path, progress: repeat(record, path, progress), options)
    return 0
