"""What a module needs of this package it imports at its top.

Only the command line may wait: it answers questions of files and options before it imports torch.
"""

from collections.abc import Iterator

from tests.architecture.source import Source, own

FAULTS = [
    {"physics/x.py": "def f():\n    from preimage.physics.y import z"},
    {"physics/x.py": "class A:\n    def f(self):\n        import preimage.physics.y"},
    {"physics/x.py": "def f():\n    from preimage import zoo"},
]
GOOD = [{"cli/x.py": "def f():\n    from preimage.restore import denoise"}]

WAITING = {"cli"}


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        if source.part in WAITING:
            continue
        for node, module, name in source.imports:
            if node in source.lazy and own(f"{module}."):
                yield source.at(node, f"{name or module} is imported in a function; import it at the top")
