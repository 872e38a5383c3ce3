"""The drawn steps by their names, as JSON tells of them."""

from preimage.degradations.blur import DrawnBlur, DrawnDecimation
from preimage.degradations.camera import DrawnCamera
from preimage.degradations.compress import DrawnJPEG
from preimage.degradations.crop import DrawnCrop
from preimage.degradations.noise import DrawnGaussian, DrawnPoisson, DrawnSpeckle
from preimage.degradations.resize import DrawnResize, DrawnResizeTo
from preimage.degradations.sharpen import DrawnSharpening
from preimage.degradations.step import DrawnStep

__all__ = ["drawn_steps"]


def drawn_steps() -> dict[str, type[DrawnStep]]:
    """Every class of drawn steps by its name."""
    known: tuple[type[DrawnStep], ...] = (
        DrawnBlur,
        DrawnCamera,
        DrawnCrop,
        DrawnDecimation,
        DrawnGaussian,
        DrawnJPEG,
        DrawnPoisson,
        DrawnResize,
        DrawnResizeTo,
        DrawnSharpening,
        DrawnSpeckle,
    )
    return {each.__name__: each for each in known}
