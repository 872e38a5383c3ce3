"""How the gallery runs the examples, and where their figures are found."""

import os
import shlex
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

__all__ = ["arguments_of", "keep_figures"]

# Examples run in several processes, each of which has files of its own.
_SHEET = Path(tempfile.gettempdir()) / f"preimage-gallery-sheet-{os.getpid()}.png"
_WIDTH = 640  # pixels of a page up to which small pictures are enlarged

# What examples that are commands are given in the build: small enough for some seconds.
ARGUMENTS = {
    "cassi_tv_admm": "{photograph} --steps 40",
    "ct_cnn_pdnet": "--size 32 --views 8 --noise 0.2 --width 16 --unrolled 3 --rate 5e-3 --steps 100",
    "deblurring_blind_alternating": "",
    "dehazing_drunet_dpir": "{photograph}",
    "lidar_tv_rof": "{photograph}",
    "mri_cnn_varnet": "--size 48 --coils 4 --unrolled 3 --width 16 --rate 3e-3 --steps 40",
    "mri_dncnn_modl": "--size 48 --coils 4 --unrolled 3 --width 16 --depth 4 --rate 3e-3 --steps 16",
    "ptychography_blind_projections": "{photograph} --steps 150",
    "ptychography_positions_alternating": "{texture}",
    "radio_positivity_fista": "--steps 70",
    "single_pixel_tv_fista": "{photograph} --steps 60",
}


@cache
def photograph() -> Path:
    """A photograph of 256x256 pixels that scikit-image brings along, as a file."""
    from skimage.data import astronaut

    return _written("photograph", astronaut())


@cache
def texture() -> Path:
    """One of grass, for methods that need detail everywhere."""
    from skimage.data import grass

    return _written("texture", grass())


def _written(name: str, pixels: np.ndarray) -> Path:
    path = Path(tempfile.gettempdir()) / f"preimage-gallery-{name}-{os.getpid()}.png"
    Image.fromarray(np.ascontiguousarray(pixels[::2, ::2])).save(path)
    return path


def arguments_of(settings: Any, script: dict[str, Any]) -> list[str]:
    """The command-line arguments of an example."""
    name = Path(script["src_file"]).stem
    if name not in ARGUMENTS:
        return []
    _SHEET.unlink(missing_ok=True)  # of an example that failed after it wrote
    return shlex.split(f"{ARGUMENTS[name].format(photograph=photograph(), texture=texture())} -o {_SHEET}")


def keep_figures(block: Any, script: dict[str, Any], settings: Any) -> str:
    """The figures that a block has made, and the picture that a command has written, as images of the page."""
    from matplotlib.figure import Figure
    from sphinx_gallery.scrapers import figure_rst

    places = []
    for value in list(script["example_globals"].values()):
        if isinstance(value, Figure) and not value.get_label():
            places.append(next(script["image_path_iterator"]))
            value.savefig(places[-1])
            value.set_label("kept")
    if _SHEET.exists():
        places.append(next(script["image_path_iterator"]))
        _SHEET.replace(places[-1])
        _enlarge(Path(places[-1]))
    return figure_rst(places, settings["src_dir"])


def _enlarge(path: Path) -> None:
    """Make the pixels of a small picture squares that can be seen."""
    with Image.open(path) as picture:
        factor = max(1, _WIDTH // picture.width)
        larger = picture.resize((factor * picture.width, factor * picture.height), Image.Resampling.NEAREST)
    larger.save(path)
