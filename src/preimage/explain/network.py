"""Networks by name: those of the zoo, and those of anybody's Python modules."""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

from torch import nn

from preimage import zoo
from preimage.errors import ArgumentError
from preimage.machine.modules import importable

__all__ = ["open_network"]


def open_network(name: str, weights: Path | None = None) -> nn.Module:
    """The network ``name``: weights of :mod:`preimage.zoo`, or what calling ``module:function`` returns.

    A module is looked for where Python looks, and in the current folder. Its code runs, so it must be trusted; files of
    weights hold no code.

    Args:
        name: such as ``drunet-color-compact``, or ``nets:encoder``.
        weights: a .safetensors, .pth or .pt file of tensors to fill the network with.

    Raises:
        ArgumentError: no such name, module or function, or no network comes out of it.
        WeightsError: the file cannot be read, or is another network's.
    """
    if name in zoo.names():
        return zoo.load(name, weights)
    module, colon, function = name.partition(":")
    if not colon or not module or not function.isidentifier():
        raise ArgumentError(
            f"`network` must be MODULE:FUNCTION or one of {', '.join(zoo.names())}, got {name!r}; write it like "
            "mynets:encoder."
        )
    network = _call(name, module, function)
    if not isinstance(network, nn.Module):
        raise ArgumentError(f"`network` must return a torch.nn.Module, got {type(network).__name__} from {name}.")
    return network if weights is None else zoo.load_file(weights, network)


def _call(name: str, module: str, function: str) -> object:
    with importable(Path.cwd()):
        try:
            importlib.import_module(module)
            return _found(module, function)()
        except ArgumentError:
            raise
        except Exception as error:  # whatever somebody's code does, the user gets a line
            raise ArgumentError(
                f"`network` must be importable and callable without arguments, got {name}: "
                f"{type(error).__name__}: {str(error).partition(chr(10))[0]}."
            ) from error


def _found(module: str, function: str) -> Callable[[], object]:
    try:
        return pkgutil.resolve_name(f"{module}:{function}")
    except AttributeError as error:
        raise ArgumentError(f"`network` must name a function of {module}, got {function!r}, which it lacks.") from error
