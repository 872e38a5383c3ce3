"""No module needs itself, through whatever it imports, at its top, in a function, or for its types.

An import in a function hides a circle, it does not end it. The face of a package counts as a module that needs all it
exports; that a module's own package is run before it does not count.
"""

from collections.abc import Iterator

from tests.architecture.source import Source, own

FAULTS = [
    {"physics/a.py": "import preimage.physics.b", "physics/b.py": "def f():\n    import preimage.physics.a"},
    {"physics/a.py": "from preimage.physics import b", "physics/b.py": "from preimage.physics.a import f"},
    {"physics/__init__.py": "from preimage.physics.a import f", "physics/a.py": "from preimage.physics import f"},
    {
        "a.py": "from preimage.b import x",
        "b.py": "from preimage.c import x",
        "c.py": "if TYPE_CHECKING:\n    from preimage.a import x",
    },
]
GOOD = [{"physics/__init__.py": "from preimage.physics.a import f", "physics/a.py": "from preimage.physics.b import f"}]


def faults(sources: list[Source]) -> Iterator[str]:
    """One fault for each module in a circle."""
    for circle in circles(graph(sources)):
        names = " ".join(sorted(name.removeprefix("preimage.") for name in circle))
        for name in sorted(circle):
            yield f"{name}: lies in a circle of imports of {len(circle)} modules: {names}"


def graph(sources: list[Source]) -> dict[str, set[str]]:
    """For each module those it imports."""
    modules = {source.module for source in sources if source.name != "__init__.py"}
    found: dict[str, set[str]] = {module: set() for module in sorted(modules)}
    for source in sources:
        if source.module in found:
            targets = {imported(module, name, modules) for _, module, name in source.imports}
            found[source.module] |= {target for target in targets if target in modules} - {source.module}
    return found


def imported(module: str, name: str | None, modules: set[str]) -> str:
    """The module that an import statement names; ``from package import module`` names the latter."""
    return f"{module}.{name}" if f"{module}.{name}" in modules and own(f"{module}.") else module


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """The strongly connected components with more than one member, by Tarjan's algorithm."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(edges[node]):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            component = set()
            while node not in component:
                component.add(stack.pop())
            if len(component) > 1:
                found.append(component)

    for node in edges:
        if node not in index:
            visit(node)
    return found
