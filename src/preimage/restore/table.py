"""The tasks and the methods there are: one row each, read by Python functions, repetition and the command line.

Nothing is imported to read it, so that a command line can be checked at once.
"""

from pathlib import Path
from typing import Any, Literal

from preimage.errors import ArgumentError, ImageFileError
from preimage.restore.frame.declaration import MethodRow, Option, TaskRow

__all__ = ["DRAWS", "METHODS", "TASKS", "find_method", "find_task", "is_fit", "is_known"]

DRAWS = "posterior"
"""The method that draws several pictures."""

_NETWORKS = Literal[
    "drunet-grey-compact", "drunet-color-compact", "epll-grey", "groupsc-grey", "groupsc-color", "diffusion-color"
]  # fmt: skip


def _weights(names: Any, help_text: str = "Weights; by default those that suit method and channels.") -> Option:
    words = f"{help_text} Or a file of such, as preimage train and preimage finetune make."
    return Option("weights", names | None, None, words, reads="weights")


_SIGMA = Option("sigma", str, "auto", "Noise level: auto, or like 25/255 or 0.098.")
_SEARCH = Option("search", Literal["light", "paper"], "light", "Patches groupsc sees: those of its training, or all.")
_DIP_STEPS = Option("steps", int | None, None, "The most steps of dip, thousands by default.")
_STEPS = Option("steps", int | None, None, "The most steps of dip, thousands by default; those of each sample.")
_SAMPLES = Option(
    "samples", int | None, None,
    "Draw so many pictures that explain what was measured: their mean is the result, and PICTURE-samples.tif holds "
    "them, page by page. Each takes tens of passes of a denoiser: the time is told before. By the method posterior.",
)  # fmt: skip
_DEBLUR_METHOD = Option(
    "method", Literal["dpir", "usr", "dip", "posterior"], "dpir",
    "A trained denoiser as prior; one pass of a network for all kernels, 10 times as fast; a deep image prior: a "
    "network fitted to this picture alone, slow, whose best picture so far Ctrl-C keeps; or the mean of --samples.",
)  # fmt: skip
_ENLARGE_METHOD = Option(
    "method", Literal["usr", "blind", "dpir", "dip", "posterior"], "usr",
    "One pass of a network for all kernels and noise; one for pictures of unknown history (noisy, compressed); a "
    "trained denoiser as prior, slower; a deep image prior, slowest, whose best picture so far Ctrl-C keeps; or the "
    "mean of --samples.",
)  # fmt: skip
_METHOD = Option(
    "method", Literal["dpir", "ram", "dip", "posterior"], "dpir",
    "A trained denoiser as prior; one pass of a network for many problems, 10 times as fast; a deep image prior: a "
    "network fitted to this picture alone, slow, whose best picture so far Ctrl-C keeps; or the mean of --samples.",
)  # fmt: skip
_ERROR_MAP = Option(
    "error_map", bool, False,
    "Also write within how much of the result the truth lies with a probability of 90 %, per pixel and channel in "
    "[0, 1]: PICTURE-error.tif, and PICTURE-error.png to look at. For drunet (five times as long), dpir and usr.",
)  # fmt: skip


def _steps(usual: int) -> Option:
    return Option(
        "steps", int | None, None, f"Steps of dpir, {usual} by default; the most of dip; those of each sample."
    )


METHODS = (
    MethodRow("drunet", "preimage.restore.methods.network:Network", single_pass=True),
    MethodRow("groupsc", "preimage.restore.methods.groupsc:ByGroupSC", single_pass=True),
    MethodRow("dpir", "preimage.restore.methods.dpir:Dpir"),
    MethodRow("usr", "preimage.restore.methods.usr:Usr", single_pass=True),
    MethodRow("ram", "preimage.restore.methods.ram:Ram", single_pass=True),
    MethodRow("auto", "preimage.restore.methods.chain:Chain", single_pass=True),
    MethodRow("blind", "preimage.restore.methods.blind_enlargement:BlindEnlargement", single_pass=True),
    MethodRow("dip", "preimage.restore.methods.dip.method:Dip", fits=True),
    MethodRow(DRAWS, "preimage.restore.methods.posterior:PosteriorSampling", single_pass=True),
)

TASKS = (
    TaskRow(
        "auto", "preimage.restore.tasks.auto:Auto", "Look at a picture, and undo what is found: noise and JPEG.",
        "restored", ("auto",),
        (
            Option("scale", Literal[1, 2, 3, 4], 1, "How many times wider and taller the result is."),
            Option(
                "crisp", bool, False,
                "Keep detail, or make it, at the risk of noise and ringing; --faithful, the default, does not.",
                negative="faithful",
            ),
            _SIGMA,
        ),
        """preimage restore auto photo.jpg  (writes photo-restored.png)

preimage restore auto photo.jpg -o better.png --scale 2 --crisp

preimage restore auto holiday/ --strength 0.7 --skip-existing  (writes holiday-restored/)""",
        keeps_jpeg=False,
    ),
    TaskRow(
        "denoise", "preimage.restore.tasks.denoise:Denoise", "Remove noise.", "denoised",
        ("drunet", "groupsc", "dip", "posterior"),
        (
            _SIGMA,
            Option(
                "noise", str, "auto",
                "gaussian; poisson:GAIN or poisson:GAIN@BLACK, noise of light whose photons are worth GAIN of the "
                "picture's range, which is BLACK without light, with --sigma the noise of the sensor; camera, which "
                "goes on from pixel to pixel; or auto, which looks whether noise grows with brightness, or goes on.",
            ),
            Option(
                "method", Literal["drunet", "groupsc", "dip", "posterior"], "drunet",
                "A network; a sparse model of similar patches; a deep image prior: a network fitted to this picture "
                "alone, slow, for unknown artefacts too; or the mean of --samples.",
            ),
            _SEARCH, _STEPS, _SAMPLES,
            _weights(
                Literal[_NETWORKS, "blind-color", "blind-grey"],
                "Weights of the denoiser; by default those that suit method and channels. blind-...: for noise of any "
                "kind.",
            ),
            _ERROR_MAP,
        ),
        """preimage restore denoise photo.jpg  (writes photo-denoised.jpg)

preimage restore denoise photo.jpg -o clean.png --sigma 10/255 --compare both.png

preimage restore denoise holiday/ --recursive --skip-existing  (writes holiday-denoised/)

preimage restore denoise night.jpg --noise camera --sigma 12/255

preimage restore denoise cells.tif --sigma 25/255 --error-map

preimage restore denoise scan.tif --method dip --preview 20""",
    ),
    TaskRow(
        "deblur", "preimage.restore.tasks.deblur:Deblur", "Undo a blur, known or not.", "deblurred",
        ("dpir", "usr", "dip", "posterior"),
        (
            Option(
                "kernel", str, "auto",
                "The blur: an image, .npy or .mat file (file.mat:3 is the third kernel in it), or gaussian:SIGMA, "
                "motion:LENGTH@DEGREES, disk:RADIUS in pixels; or auto: it is found in the picture, and drawn beside "
                "the output, .kernel.png, which may be edited and given back.",
                reads="kernel",
            ),
            Option("kernel_size", int | None, None, "Side of the kernel that auto looks for, in pixels, odd."),
            _SIGMA, _DEBLUR_METHOD, _steps(8), _SAMPLES, _weights(Literal[_NETWORKS, "usr-color"]), _ERROR_MAP,
        ),
        """preimage restore deblur photo.png  (finds the blur; writes photo-deblurred.kernel.png, too)

preimage restore deblur photo.png --kernel motion:15@30

preimage restore deblur photo.png --kernel kernel.npy --sigma 2/255 -o sharp.png --trace

preimage restore deblur stars.tif --kernel gaussian:1.6 --method dip

preimage restore deblur photo.png --kernel kernel.png --samples 16 -o sharp.tif  (and sharp-samples.tif)""",
    ),
    TaskRow(
        "superresolve", "preimage.restore.tasks.superresolve:SuperResolve", "Enlarge.", "enlarged",
        ("usr", "blind", "dpir", "dip", "posterior"),
        (
            Option("factor", Literal[2, 3, 4, 8], 2, "How many times wider and taller; 8 for dip."),
            Option(
                "kernel", str | None, None,
                "The camera's blur in pixels of the result, as for deblur, or lanczos, for a picture that a program "
                "made small. By default a Gaussian that suits the factor, and lanczos for dip.",
                reads="kernel",
            ),
            _SIGMA, _ENLARGE_METHOD, _steps(24), _SAMPLES,
            _weights(Literal[_NETWORKS, "usr-color", "sr-blind-x2", "sr-blind-x4"]), _ERROR_MAP,
        ),
        """preimage restore superresolve small.png --factor 3

preimage restore superresolve thumbnail.png --factor 4 --kernel lanczos --method dip -o large.png

preimage restore superresolve old.jpg --factor 4 --method blind""",
        unnamed="dpir",
    ),
    TaskRow(
        "inpaint", "preimage.restore.tasks.inpaint:Inpaint",
        "Fill in missing pixels: those of a mask, or without one those that are NaN.", "inpainted",
        ("dpir", "ram", "dip", "posterior"),
        (
            Option(
                "mask", str | None, None, "Picture of the same size, white where pixels are missing.", reads="file"
            ),
            Option("white", Literal["missing", "seen"], "missing", "What white in the mask stands for."),
            _SIGMA, _METHOD, _steps(30), _SAMPLES,
            _weights(
                Literal[_NETWORKS, "ram-compact", "fill-grey", "fill-color"],
                "Weights; by default those that suit method and channels. For dip, those to start from where scattered "
                "pixels are missing: fill-...",
            ),
            _ERROR_MAP,
        ),
        """preimage restore inpaint scan.tif --mask scratches.png

preimage restore inpaint photo.png --mask text.png --white seen -o whole.png

preimage restore inpaint photo.png --mask hole.png --method dip  (for large holes)""",
    ),
    TaskRow(
        "demosaic", "preimage.restore.tasks.demosaic:Demosaic",
        "Colour from a raw Bayer mosaic, stored as a grey picture.", "demosaicked",
        ("dpir", "ram", "groupsc"),
        (
            Option(
                "pattern", Literal["RGGB", "BGGR", "GRBG", "GBRG"], "RGGB",
                "Colours of the 2x2 cell at the top left, row by row.",
            ),
            _SIGMA,
            Option(
                "method", Literal["dpir", "ram", "groupsc"], "dpir",
                "Plug-and-play; one pass of a network for many problems, 10 times as fast; or a sparse model of "
                "similar patches for no noise.",
            ),
            _SEARCH, Option("steps", int | None, None, "Steps of dpir, 40 by default."),
            _weights(Literal["drunet-color-compact", "ram-compact", "groupsc-color", "groupsc-mosaic"]),
        ),
        """preimage restore demosaic bayer.png --pattern RGGB

preimage restore demosaic bayer.tif --pattern GBRG --method groupsc -o colour.tif""",
    ),
    TaskRow(
        "deblock", "preimage.restore.tasks.deblock:Deblock", "Remove the artefacts of JPEG compression.", "deblocked",
        ("drunet", "groupsc", "dip"),
        (
            Option(
                "quality", str, "auto",
                "JPEG quality of INPUT, 1 to 100; auto: by the file's quantisation table, or else by the pixels.",
            ),
            Option(
                "method", Literal["drunet", "groupsc", "dip"], "drunet",
                "A trained network; a sparse model of similar patches, for brightness, slower; or a deep image prior: "
                "a network fitted to this picture alone, slowest, for artefacts of any kind.",
            ),
            _SEARCH, _DIP_STEPS,
            _weights(Literal["deblock-color", "groupsc-jpeg"], "Weights: those of the method."),
        ),
        """preimage restore deblock small.jpg  (writes small-deblocked.png)

preimage restore deblock small.jpg --quality 20 --strength 1.2 -o smooth.jpg --output-quality 98

preimage restore deblock cartoon.png --method dip""",
        keeps_jpeg=False,
    ),
    TaskRow(
        "flash", "preimage.restore.tasks.flash:Flash",
        "Remove the noise of a picture without flash, with the help of one with flash.\n\nINPUT is the picture without "
        "flash. A network fitted to it (dip) draws it from the other.", "denoised", ("dip",),
        (
            Option(
                "flash", Path | None, None, "The same from the same place with flash; a picture of the same size.",
                required="name the picture of the same scene with flash", reads="file",
            ),
            _SIGMA, _DIP_STEPS,
        ),
        """preimage restore flash dark.jpg --flash bright.jpg

preimage restore flash dark.jpg --flash bright.jpg -o light.png --preview 20""",
    ),
)  # fmt: skip


def find_task(name: str) -> TaskRow:
    """The row of a task.

    Raises:
        ImageFileError: there is none.
    """
    for row in TASKS:
        if row.name == name:
            return row
    raise ImageFileError(f"`from_json` must record a known task, got {name!r}; it is from another version.")


def find_method(name: str, task: str) -> MethodRow:
    """The row of a method that is offered for ``task``, or one for a class named like ``mymethods:Method``.

    Raises:
        ArgumentError: there is none.
    """
    offered = find_task(task).methods
    if ":" in name:
        return MethodRow(name, name)
    for row in METHODS:
        if row.name == name and name in offered:
            return row
    *others, last = offered
    known = f"{', '.join(others)} or {last}" if others else last
    raise ArgumentError(f"`method` must be {known}, got {name!r}; leave it out.")


def is_fit(method: str) -> bool:
    """Whether a method of the table fits a network to each picture: it takes long, and has options of its own."""
    return any(row.name == method and row.fits for row in METHODS)


def is_known(method: str) -> bool:
    """Whether the table has the method ``method``, for whatever task."""
    return any(row.name == method for row in METHODS)
