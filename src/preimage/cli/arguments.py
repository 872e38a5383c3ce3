"""The arguments of ``preimage restore``, with what its help says of them."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

__all__ = [
    "CameraKernel",
    "DeblockingMethod",
    "DemosaickingMethod",
    "DenoisingMethod",
    "DipSteps",
    "Factor",
    "Flash",
    "Inputs",
    "Kernel",
    "Mask",
    "Method",
    "Noise",
    "Pattern",
    "Quality",
    "Search",
    "Steps",
    "White",
]

Inputs = Annotated[str, Parameter(name="INPUT", help="Pictures, folders of pictures, or quoted patterns.")]
Steps = Annotated[
    int | None,
    Parameter(
        help="Steps of the method; the most of dip. By default 8 (deblur), 24 (superresolve), 30 "
        "(inpaint) of dpir, and thousands of dip."
    ),
]
DipSteps = Annotated[int | None, Parameter(help="The most steps of dip, thousands by default.")]
Kernel = Annotated[
    str,
    Parameter(
        help="The blur: an image, .npy or .mat file (file.mat:3 is the third kernel in it), or gaussian:SIGMA, "
        "motion:LENGTH@DEGREES, disk:RADIUS in pixels."
    ),
]
CameraKernel = Annotated[
    str | None,
    Parameter(
        help="The camera's blur in pixels of the result, as for deblur, or lanczos, for a picture that a program made "
        "small. By default a Gaussian that suits the factor for dpir, and lanczos for dip."
    ),
]
Factor = Annotated[Literal[2, 3, 4, 8], Parameter(help="How many times wider and taller; 8 for dip.")]
Mask = Annotated[str, Parameter(help="Picture of the same size, white where pixels are missing.")]
White = Annotated[Literal["missing", "seen"], Parameter(help="What white in the mask stands for.")]
Flash = Annotated[Path | None, Parameter(help="The same from the same place with flash; a picture of the same size.")]
Noise = Annotated[
    str,
    Parameter(
        help="gaussian; poisson:GAIN, noise of light whose photons are worth GAIN of the picture's range, with "
        "--sigma the noise of the sensor; or auto, which looks whether noise grows with brightness."
    ),
]
Pattern = Annotated[
    Literal["RGGB", "BGGR", "GRBG", "GBRG"], Parameter(help="Colours of the 2x2 cell at the top left, row by row.")
]
DenoisingMethod = Annotated[
    Literal["drunet", "groupsc", "dip"],
    Parameter(
        help="A network; a sparse model of similar patches; or a deep image prior: a network fitted to this picture "
        "alone, slow, for unknown artefacts too."
    ),
]
DemosaickingMethod = Annotated[
    Literal["dpir", "groupsc"], Parameter(help="Plug-and-play, or a sparse model of similar patches for no noise.")
]
DeblockingMethod = Annotated[
    Literal["groupsc", "dip"],
    Parameter(
        help="A sparse model of similar patches, for brightness; or a deep image prior: a network fitted to this "
        "picture alone, slow, for all channels and artefacts of any kind."
    ),
]
Method = Annotated[
    Literal["dpir", "dip"],
    Parameter(
        help="A trained denoiser as prior, or a deep image prior: a network fitted to this picture alone, slow. Ctrl-C "
        "keeps the best picture so far."
    ),
]
Search = Annotated[
    Literal["light", "paper"], Parameter(help="Patches groupsc looks at: those of its training, or all.")
]
Quality = Annotated[
    str, Parameter(help="JPEG quality, 1 to 100; auto: by the file's quantisation table, or else by the pixels.")
]
