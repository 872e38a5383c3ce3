"""What begins with an underscore is private to the package it lies in."""

from collections.abc import Iterator

from tests.architecture.source import Source, inside, own

FAULTS = [
    {"optim/x.py": "from preimage.physics._border import pad"},
    {"optim/x.py": "from preimage.physics import _border"},
    {"optim/x.py": "from preimage.physics.blur import _check"},
    {"physics/noise/x.py": "from preimage.physics.generators._disc import disc"},
    {"physics/noise/x.py": "def f():\n    import preimage.physics.generators._disc"},
]
GOOD = [
    {"physics/noise/x.py": "from preimage.physics._border import pad"},
    {"physics/x.py": "from preimage._tree import leaves"},
]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        for node, module, name in source.imports:
            if not own(f"{module}."):
                continue
            parts = [*module.split("."), *([name] if name else [])]
            for index, part in enumerate(parts):
                if part.startswith("_") and not part.startswith("__"):
                    owner = ".".join(parts[:index])
                    # A private name of a module is that module's; a private module is its package's.
                    if not inside(source.module, owner):
                        yield source.at(node, f"{'.'.join(parts)} is private to {owner}")
