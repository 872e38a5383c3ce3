"""``preimage invert``."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.cli.progress import bar
from preimage.errors import ArgumentError
from preimage.files.formats.table import titles

__all__ = ["InvertOptions", "invert"]


@Parameter(name="*")
@dataclass(frozen=True)
class InvertOptions:
    """What a network takes, and where to look."""

    weights: Path | None = None
    "A file of tensors to fill the network with: .safetensors, .pth or .pt."
    maximise: int | None = None
    "Draw what excites this channel of the layer instead, in a picture of the size of INPUT."
    prior: Literal["dip", "tv", "none"] = "dip"
    "Where to look: a deep image prior, smooth pictures, or any pixels at all."
    smoothness: float = 1e-5
    "Weight of the variation of smooth pictures."
    tol: float = 0.05
    "Stop at this relative error of the features."
    steps: int = 1000
    "The most steps."
    size: int | None = None
    "Crop INPUT to its central square, and resize it to so many rows and columns."
    channels: Literal[1, 3] | None = None
    "Of the pictures that the network takes; by default those of INPUT."
    mean: str = "0"
    "Of the pictures the network was trained on, from 0 to 1: a number, or R,G,B."
    std: str = "1"
    "Their standard deviation: a number, or R,G,B."
    sigma: str = "25/255"
    "Noise level that a denoiser is told, like 25/255 or 0.098."
    seed: int = 0
    "Of the random start."
    overwrite: Annotated[bool, Parameter(negative=())] = False
    "Replace the file if it exists."


_DEFAULT = InvertOptions()


def invert(
    image: Annotated[Path, Parameter(name="INPUT", help=f"A picture: {titles()}.")],
    *,
    network: Annotated[
        str,
        Parameter(help="MODULE:FUNCTION, whose Python code is run and returns a network, or a name of preimage.zoo."),
    ],
    layer: Annotated[str, Parameter(help="Name of a layer, as in network.named_modules().")],
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="File to write.")],
    options: InvertOptions = _DEFAULT,
) -> int:
    """Draw what a layer of a network knows of a picture, or what excites it.

    Looked for is another picture with the same features: what is lost at the layer is what differs.
    """
    import_interruptibly("preimage.explain")
    from preimage.explain import Layer, PreImageSearch, invert
    from preimage.files.atomic import check_free
    from preimage.files.limits import output_format
    from preimage.notation import parse_sigma
    from preimage.transform import total_variation

    check_free(output, options.overwrite)
    output_format(output)
    sigma = parse_sigma(options.sigma)
    if sigma is None:
        raise ArgumentError(f"`--sigma` must be a number, got {options.sigma!r}; write it like 25/255.")
    mean, std = _numbers("mean", options.mean), _numbers("std", options.std)
    of = Layer(network, layer, options.weights, options.channels, mean, std, sigma)
    search = PreImageSearch(options.prior, options.smoothness, options.tol, options.steps, options.seed)
    started = time.perf_counter()
    with bar(image.name) as progress:
        found = invert(image, of, search, options.maximise, options.size, progress)
    found.file.write(output, options.overwrite)
    say(f"{image} -> {output}, {time.perf_counter() - started:.0f} s")
    for name, fact in found.facts.items():
        say(f"  {name}: {fact}")
    say(f"  total variation: {float(total_variation(found.x)):.1f}; {float(total_variation(found.original)):.1f} given")
    return 0


def _numbers(name: str, text: str) -> tuple[float, ...]:
    """One number, or three."""
    number = r"\s*[-+]?[0-9]*\.?[0-9]+\s*"
    if not re.fullmatch(rf"{number}(,{number},{number})?", text):
        raise ArgumentError(f"`--{name}` must be a number or R,G,B, got {text!r}; write it like 0.485,0.456,0.406.")
    values = tuple(float(part) for part in text.split(","))
    if name == "std" and min(values) <= 0:
        raise ArgumentError(f"`--std` must be above 0, got {text!r}; 1 changes nothing.")
    return values
