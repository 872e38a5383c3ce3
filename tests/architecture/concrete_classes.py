"""Outside its room nobody asks whether something is one concrete noise, operator, data term or denoiser.

What one can do is a type, what one knows is a value or ``None``: ask for these. A class of a room from which others of
the room derive is such a type: ``Likelihood`` is what all data terms of a measurement can do.
"""

import ast
import importlib
from collections.abc import Iterator

from preimage.denoisers import Denoiser
from preimage.functional import Smooth
from preimage.physics import Physics
from preimage.physics.noise import Noise
from preimage.reconstructor import Reconstructor
from tests.architecture.source import Source, inside, own
from tests.example import ABSTRACT

# The rooms, the narrowest first, and what lives there.
ROOMS: dict[str, type | tuple[type, ...]] = {
    "preimage.physics.noise": Noise,
    "preimage.physics": Physics,
    "preimage.denoisers": Denoiser,
    "preimage.fidelity": Smooth,
    "preimage.models": (Denoiser, Reconstructor),
}

_NOISE = "from preimage.physics.noise import GaussianNoise\n"

FAULTS = [
    {"optim/x.py": _NOISE + "isinstance(a, GaussianNoise)"},
    {"physics/x.py": _NOISE + "isinstance(a, int | GaussianNoise)"},
    {"optim/x.py": _NOISE + "isinstance(a, (int, GaussianNoise))"},
    {"optim/x.py": _NOISE + "type(a) is GaussianNoise"},
    {"optim/x.py": "from preimage.physics import Downsampling\nissubclass(a, Downsampling)"},
    {"restore/x.py": "from preimage.models.sparse import GroupSC\nisinstance(a, GroupSC)"},
    {"optim/x.py": _NOISE + "match a:\n    case GaussianNoise():\n        pass"},
]
GOOD = [
    {"physics/noise/x.py": _NOISE + "isinstance(a, GaussianNoise)"},
    {"optim/x.py": "from preimage.physics.noise import Noise\nisinstance(a, Noise)"},
    {"optim/x.py": "from preimage.fidelity import Likelihood\nisinstance(a, Likelihood)"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        names = {name: module for _, module, name in source.imports if name and own(module)}
        for node in source.nodes:
            for name in sorted(asked(node) & set(names)):
                room = room_of(names[name], name)
                if room is not None and not inside(source.module, room):
                    yield source.at(node, f"asks for {name}; ask for what it can do or knows")


def asked(node: ast.AST) -> set[str]:
    """The classes that an expression or pattern compares a value's type with."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass") and len(node.args) == 2:
        return {n.id for n in ast.walk(node.args[1]) if isinstance(n, ast.Name)}
    if isinstance(node, ast.Compare) and "type(" in ast.unparse(node):
        return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    if isinstance(node, ast.MatchClass):
        return {n.id for n in ast.walk(node.cls) if isinstance(n, ast.Name)}
    return set()


def is_kind(found: type, room: str) -> bool:
    """Whether other classes of the room derive from it."""
    return any(inside(below.__module__, room) for below in found.__subclasses__())


def room_of(module: str, name: str) -> str | None:
    """The room of a concrete class, or ``None`` if the name is something else."""
    found = vars(importlib.import_module(module)).get(name)
    if not isinstance(found, type) or found in ABSTRACT:
        return None
    for room, kinds in ROOMS.items():
        if inside(found.__module__, room):
            return room if issubclass(found, kinds) and not is_kind(found, room) else None
    return None
