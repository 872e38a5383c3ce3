"""The error tree: every error raised on purpose is a ``PreimageError`` and the builtin a caller would expect.

What is doubtful but usable is warned of with a category of this package.
"""

__all__ = [
    "ArgumentError",
    "CapabilityError",
    "ConvergenceError",
    "ConvergenceWarning",
    "FieldError",
    "ImageFileError",
    "LostProcessError",
    "MissingDependency",
    "PreimageError",
    "ShapeError",
    "WeightsError",
]


class PreimageError(Exception):
    """Base of every error raised on purpose by this package."""


class ArgumentError(PreimageError, ValueError):
    """An argument has a value outside its range."""


class ShapeError(PreimageError, ValueError):
    """A tensor has the wrong shape, dtype or device for the operation."""


class FieldError(PreimageError, TypeError):
    """A name given to ``replace`` (or to a call) is not a field of the object."""


class CapabilityError(PreimageError, TypeError):
    """An object lacks the capability a method needs (an adjoint, a prox, a closed form)."""


class ConvergenceError(PreimageError, RuntimeError):
    """An iteration diverged or produced non-finite values."""


class ConvergenceWarning(RuntimeWarning):
    """An inner solver stopped at its most steps, short of its tolerance; the result is less accurate than promised."""


class LostProcessError(PreimageError, RuntimeError):
    """Another of the processes that compute together has ended, or does not answer."""


class MissingDependency(PreimageError, ImportError):
    """An optional package is needed; the message names the extra that installs it."""


class WeightsError(PreimageError, RuntimeError):
    """Weights are unknown, damaged, or do not fit the network."""


class ImageFileError(PreimageError, OSError):
    """A file cannot be read or written as an image, kernel or mask."""
