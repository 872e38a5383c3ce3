"""What a package's face exports is imported from a face by everyone in another room.

The command line may look behind it, because the faces of large packages import torch; and behind that of the whole
library everyone does.
"""

from collections.abc import Iterator

from tests.architecture.source import Source, inside

FACE = "from preimage.physics.blur import Blur\n__all__ = ['Blur']"

FAULTS = [{"physics/__init__.py": FACE, "optim/x.py": "from preimage.physics.blur import Blur"}]
GOOD = [
    {"physics/__init__.py": FACE, "optim/x.py": "from preimage.physics import Blur"},
    {"physics/__init__.py": FACE, "physics/x.py": "from preimage.physics.blur import Blur"},
    {"physics/__init__.py": FACE, "optim/x.py": "from preimage.physics.blur import Kernel"},
    {"__init__.py": FACE, "optim/x.py": "from preimage.physics.blur import Blur"},
    {
        "physics/__init__.py": FACE,
        "physics/noise/__init__.py": FACE,
        "optim/x.py": "from preimage.physics.noise import Blur",
    },
]

WAITING = {"cli"}


def faults(sources: list[Source]) -> Iterator[str]:
    faces = {
        source.module: set(source.exported or ())
        for source in sources
        if source.is_face and source.module != "preimage"
    }
    for source in sources:
        if source.part in WAITING:
            continue
        for node, module, name in source.imports:
            if name is None or name in faces.get(module, ()) or inside(module, f"preimage.{source.part}"):
                continue
            shown = [package for package, names in faces.items() if inside(module, package) and name in names]
            if shown:
                yield source.at(node, f"{name} is imported from {module}; import it from {shown[-1]}")
