"""``preimage cite``."""

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import version
from typing import Annotated, Any

from cyclopts import Parameter

from preimage.cli.citing.publication import Publication
from preimage.cli.citing.source import publications_of, references_of
from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.errors import ArgumentError

__all__ = ["cite", "named_method"]

# Where methods are looked for, in this order, and what commands call them.
_FACES = (
    "optim", "physics", "denoisers", "models", "sampling", "loss", "metric", "fidelity", "solve", "transform",
    "physics.generators", "physics.kernels", "physics.coils", "physics.trajectories", "physics.densities",
    "physics.corrections", "physics.microscopy", "physics.radio", "degradations", "datasets", "training",
    "sampling.diagnostics", "sampling.uncertainty", "models.dip", "models.sparse", "reconstruct", "restore",
)  # fmt: skip
# Sources that are no publications.
_DEFINITION, _OURS = "the definition", "this library"
_COMMANDS = {"dip": "DeepImagePrior", "fbp": "Tomography", "pnp": "PnP", "tv": "TVPrior", "mlem": "MLEM"}


def cite(
    method: Annotated[
        str | None, Parameter(name="METHOD", help="A public name, such as TVPrior, PDHG or restore's dpir and dip.")
    ] = None,
    /,
) -> int:
    """Print BibTeX of the publications behind a method, or without METHOD of preimage itself."""
    if method is None:
        say(_own())
        return 0
    import_interruptibly("preimage.optim")
    references = [one for one in references_of(named_method(method)) if one != _DEFINITION]
    if not references:
        raise ArgumentError(f"`METHOD` must name a method that cites its source, got {method}; look at its docstring.")
    said: set[str] = set()
    for reference in references:
        found = publications_of(reference)
        known = [_own()] if reference == _OURS else [publication.bibtex() for publication in found]
        entries = [entry for entry in known if entry not in said]
        said.update(entries)
        say("\n\n".join([*entries, *([] if known else [f"% {reference}"])]))
    return 0


def named_method(name: str) -> Any:
    """The public class or function of that name, written in whatever case, with or without its package.

    Raises:
        ArgumentError: there is none; the message names some that are written alike.
    """
    wanted = _COMMANDS.get(name.casefold(), name).removeprefix("preimage.")
    package, _, last = wanted.rpartition(".")
    alike = []
    for face, public in _public():
        if public.casefold() == last.casefold() and face.endswith(package):
            return pkgutil.resolve_name(f"preimage.{face}:{public}")
        if last.casefold() in public.casefold():
            alike.append(public)
    advice = f"alike are {', '.join(alike[:5])}" if alike else "preimage physics lists operators, help(...) the others"
    raise ArgumentError(f"`METHOD` must be a public name, got {name}; {advice}.")


def _public() -> Iterator[tuple[str, str]]:
    for face in _FACES:
        yield from ((face, name) for name in importlib.import_module(f"preimage.{face}").__all__)


def _own() -> str:
    title = "preimage: recover images from measurements"
    entry = Publication("{The preimage developers}", title, f"version {version('preimage')}", "2026").bibtex()
    return entry.replace("@article{thepreimagedevelopers2026", "@software{preimage").replace("journal", "note")
