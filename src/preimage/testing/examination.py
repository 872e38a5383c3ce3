"""Every check that an object has to pass, each on its own, and what is wrong where one does not."""

import inspect
import traceback
import warnings
from dataclasses import dataclass

from torch import Tensor

from preimage.denoisers import Denoiser
from preimage.errors import ArgumentError, CapabilityError, ConvergenceWarning, ShapeError
from preimage.functional import Conjugable, LinearlyComposed, Proximable, Smooth
from preimage.metric import Metric
from preimage.optim.algorithm import Algorithm
from preimage.physics import Physics
from preimage.physics.generators import ParameterGenerator
from preimage.physics.noise import Noise
from preimage.reconstructor import Reconstructor
from preimage.testing._properties import Property
from preimage.testing.contracts import contract_properties

__all__ = ["Examination", "Fault", "examine"]

KINDS = (
    Physics, Noise, Smooth, Proximable, Conjugable, LinearlyComposed, Denoiser, ParameterGenerator, Reconstructor,
    Metric, Algorithm,
)  # fmt: skip
"""What can be examined."""


@dataclass(frozen=True)
class Fault:
    """A property that does not hold.

    Attributes:
        property: its name, such as ``adjoint``.
        message: what is wrong.
        look: what to look at.
    """

    property: str
    message: str
    look: str

    def __str__(self) -> str:
        """The fault on one line."""
        told = " ".join(f"{self.property}: {self.message}".split())
        return f"{told}; look whether {self.look}." if self.look else f"{told}."


@dataclass(frozen=True)
class Examination:
    """What came of the checks.

    Attributes:
        held: the properties that hold.
        faults: those that do not.
        unknown: those that nothing can be said of, because of the faults.
    """

    held: tuple[str, ...]
    faults: tuple[Fault, ...]
    unknown: tuple[str, ...]


def examine(value: object, x: Tensor, compiled: bool = False) -> Examination:
    """Check ``value`` against every contract that its types stand for, property by property.

    Args:
        value: an operator, noise, functional, denoiser, algorithm, reconstructor, metric or generator of parameters.
        x: two or more small images; noiseless measurements for a noise.
        compiled: whether ``torch.compile`` is tried, which takes seconds.

    Raises:
        ArgumentError: ``value`` is nothing that can be checked.
        ShapeError, CapabilityError: it does not take images like ``x``, or is for other problems than a deblurring.
    """
    if not isinstance(value, KINDS):
        known = ", ".join(kind.__name__ for kind in KINDS)
        raise ArgumentError(f"`value` must be one of {known}, got {type(value).__name__}; derive it from one of them.")
    parts = [part for part in contract_properties(value, x) if compiled or not part.name.startswith("compiled")]
    held: list[str] = []
    faults: list[Fault] = []
    unknown: list[str] = []
    for part in parts:
        if {*part.needs} & {*unknown, *(fault.property for fault in faults)}:
            unknown.append(part.name)
        elif message := _failure(part, value, first=part is parts[0]):
            # The same error in another call tells nothing new.
            if any(message == fault.message for fault in faults):
                unknown.append(part.name)
            else:
                faults.append(Fault(part.name, message, part.look))
        else:
            held.append(part.name)
    return Examination(tuple(held), tuple(faults), tuple(unknown))


def _failure(part: Property, value: object, first: bool) -> str:
    """What is wrong, in words; nothing where the property holds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            part.check()
    except AssertionError as error:
        return str(error).removeprefix(f"{type(value).__name__}: ") or _raised(error, value)
    except Exception as error:  # whatever somebody's code does, it is told
        if first and isinstance(error, (ShapeError, CapabilityError)):
            raise
        return _raised(error, value)
    return ""


def _raised(error: Exception, value: object) -> str:
    """The error, and the line of the user's file where it was raised."""
    try:
        own = inspect.getfile(type(value))
    except (TypeError, OSError):
        own = ""
    frames = list(traceback.extract_tb(error.__traceback__))
    inside = [frame for frame in frames if frame.filename == own]
    if isinstance(error, NotImplementedError) and not str(error):
        return f"{frames[-1].name} is not defined"
    where = f" in {inside[-1].name}, line {inside[-1].lineno}" if inside else ""
    text = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{type(error).__name__}{where}: {text}" if text else f"{type(error).__name__}{where}"
