"""Source files as the rules read them: parsed once, with where they stand."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import preimage

ROOT = Path(preimage.__file__).parent

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A file of the package.

    Attributes:
        name: path below ``src/preimage``, with slashes.
        text: its content.
    """

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in self.nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [node for node in self.nodes if isinstance(node, ast.ClassDef)]

    @property
    def is_face(self) -> bool:
        """It is the ``__init__`` of a package."""
        return self.name.endswith("__init__.py")

    @property
    def is_loops(self) -> bool:
        """It holds loops that are compiled."""
        return self.name.startswith("kernels/") and self.name.endswith("_loops.py")

    @property
    def part(self) -> str:
        """The rank's key: ``physics`` for ``physics/noise/base.py``, ``zoo`` for ``zoo.py``."""
        return self.name.split("/")[0].removesuffix(".py")

    @property
    def module(self) -> str:
        """``preimage.physics`` for ``physics/__init__.py``, ``preimage.zoo`` for ``zoo.py``."""
        dotted = "preimage." + self.name.removesuffix(".py").replace("/", ".")
        return dotted.removesuffix(".__init__")

    @property
    def package(self) -> str:
        """The package the file lies in; its own name for the face of a package."""
        return self.module if self.is_face else self.module.rpartition(".")[0]

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.name}:{node.lineno}: {what}"

    @cached_property
    def methods(self) -> list[tuple[ast.ClassDef | None, Function]]:
        """Every function, with the class whose method it is (or lies in), or ``None``."""

        def within(node: ast.AST, owner: ast.ClassDef | None) -> Iterator[tuple[ast.ClassDef | None, Function]]:
            for child in statements_in(node):
                if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield owner, child
                yield from within(child, child if isinstance(child, ast.ClassDef) else owner)

        return list(within(self.tree, None))

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str, str | None]]:
        """``(statement, module, name)`` of everything imported; ``name`` is ``None`` for ``import module``."""
        found: list[tuple[ast.stmt, str, str | None]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(node, alias.name, None) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(node, node.module or "", alias.name) for alias in node.names]
        return found

    @cached_property
    def exported(self) -> list[str] | None:
        """The literal list ``__all__``, or ``None``."""
        for node in self.tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.Assign) and isinstance(target, ast.Name) and target.id == "__all__":
                return ast.literal_eval(node.value)
        return None

    @cached_property
    def lazy(self) -> set[ast.AST]:
        """The nodes inside functions."""
        return {node for function in self.functions for node in ast.walk(function) if node is not function}


@cache
def read() -> list[Source]:
    """All source files of the package, read and parsed once."""
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(ROOT.rglob("*.py"))
    ]


def planted(files: dict[str, str]) -> list[Source]:
    """Sources that exist only in a test."""
    return [Source(name, text) for name, text in files.items()]


def own(module: str) -> bool:
    """A module of this package, not the package itself."""
    return module.startswith("preimage.")


def shown_by_faces(sources: list[Source]) -> set[tuple[str, str]]:
    """``(module, name)`` of what faces import and export."""
    faces = [source for source in sources if source.is_face]
    return {(module, name) for face in faces for _, module, name in face.imports if name in (face.exported or ())}


def inside(module: str, package: str) -> bool:
    """A module is a package or lies in it."""
    return module == package or module.startswith(package + ".")


@cache
def own_nodes(function: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of functions in it, which are seen on their own."""
    found: list[ast.AST] = []

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            found.append(child)
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                visit(child)

    visit(function)
    return found


def statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """The statements directly below a node, its handlers and cases: functions lie nowhere else."""
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        parts = getattr(node, field, None)
        if isinstance(parts, list):  # the body of a lambda is an expression
            yield from parts
