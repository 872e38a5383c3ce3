"""The rules of the house, read from the syntax tree of every source file."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

import preimage

ROOT = Path(preimage.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

RANKS = {
    0: {
        "machine",
        "_module",
        "_optional",
        "_ranges",
        "_recording",
        "_shapes",
        "_tree",
        "_worker",
        "errors",
        "functional",
        "notation",
    },
    1: {"solve", "transform", "metric", "files"},
    2: {"physics"},
    3: {"denoisers"},
    4: {"optim", "sampling"},
    5: {"models", "loss", "datasets"},
    6: {"training", "zoo"},
    7: {"restore"},
    8: {"explain"},
    9: {"cli", "web", "testing"},
    10: {"__main__"},
}
RANK = {part: rank for rank, parts in RANKS.items() for part in parts}

# What a module may import at its top; anything else is imported where it is used.
LIGHT = {"preimage", "torch", "numpy", "typing_extensions", *sys.stdlib_module_names}
COMMAND_LINE = {"cyclopts", "rich"}

# `Module` is where fields are looked up by name; nobody else needs to.
REFLECTIVE = {"_module.py"}

FILE_LINES, FUNCTION_LINES, CONSTRUCTOR_ARGUMENTS = 300, 60, 6


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.fixture(params=FILES, ids=name_of)
def path(request):
    return request.param


@pytest.fixture
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(path):
    """The rank's key: ``physics`` for ``physics/noise/base.py``, ``zoo`` for ``zoo.py``."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported_modules(node):
    """Dotted names of what an import statement imports; relative imports are made absolute by their dots."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "preimage":
        return [f"preimage.{alias.name}" for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def where(path, node, what):
    return f"{name_of(path)}:{node.lineno}: {what}"


def rank_faults(path, tree):
    mine = part_of(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield where(path, node, "relative import; write the absolute name")
        for module in imported_modules(node):
            parts = module.split(".")
            if parts[0] != "preimage" or len(parts) == 1:
                continue
            if parts[1] not in RANK:
                yield where(path, node, f"{module} has no rank; add it to RANKS")
            elif parts[1] != mine and RANK[parts[1]] >= max(RANK[mine], 1):
                yield where(path, node, f"{mine} (rank {RANK[mine]}) imports {module} (rank {RANK[parts[1]]})")


def assignment_faults(path, tree):
    for function in functions(tree):
        if function.name == "__init__":
            continue
        for node in ast.walk(function):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if not isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                continue
            flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
            for target in flat:
                if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                    yield where(path, node, f"self.{target.attr} is assigned in {function.name}, not in __init__")


def reflection_faults(path, tree):
    if name_of(path) in REFLECTIVE:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"hasattr", "getattr"}:
            yield where(path, node, f"{ast.unparse(node)}; ask for a type instead")


def keyword_faults(path, tree):
    """``**kwargs`` goes whole to one callee; beyond that it may only be asked whether it is empty."""
    if name_of(path) in REFLECTIVE:
        return
    for function in functions(tree):
        if function.args.kwarg is None:
            continue
        name = function.args.kwarg.arg
        uses = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name]
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        forwarded = [k.value for call in calls for k in call.keywords if k.arg is None]
        tests = [node.test for node in ast.walk(function) if isinstance(node, (ast.If, ast.IfExp))]
        forwarded = [use for use in uses if use in forwarded]
        if len(forwarded) != 1 or any(use not in forwarded and use not in tests for use in uses):
            yield where(path, function, f"**{name} of {function.name} must be forwarded whole to one callee")


def size_faults(path, tree):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > FILE_LINES:
        yield f"{name_of(path)}: {lines} lines, at most {FILE_LINES}; split the file"
    for function in functions(tree):
        length = (function.end_lineno or 0) - function.lineno + 1
        if length > FUNCTION_LINES:
            yield where(path, function, f"{function.name} has {length} lines, at most {FUNCTION_LINES}")
        arguments = function.args
        count = len(arguments.posonlyargs + arguments.args + arguments.kwonlyargs) - 1
        if function.name == "__init__" and count > CONSTRUCTOR_ARGUMENTS:
            yield where(path, function, f"a constructor has {count} arguments, at most {CONSTRUCTOR_ARGUMENTS}")


def weight_faults(path, tree):
    allowed = LIGHT | (COMMAND_LINE if part_of(path) == "cli" else set())
    for node in tree.body:
        for module in imported_modules(node):
            if module.partition(".")[0] not in allowed:
                yield where(path, node, f"{module} is imported at the top; import it where it is used")


CHECKS = [rank_faults, assignment_faults, reflection_faults, keyword_faults, size_faults, weight_faults]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_rule(check, path, tree):
    if path == ROOT / "__init__.py" and check is rank_faults:
        pytest.skip("the package itself names all its parts")
    if path == ROOT / "__init__.py" and check is weight_faults:
        assert {m for node in tree.body for m in imported_modules(node)} <= {
            "importlib",
            "importlib.metadata",
            "types",
            "typing",
        }
        return
    assert not list(check(path, tree))


def declared(tree):
    """The literal list ``__all__``, or ``None``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return None


def test_all_is_what_can_be_imported(path, tree):
    names = declared(tree)
    imported = [
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("preimage.")
        for alias in node.names
    ]
    is_package = path.name == "__init__.py"
    if names is None:
        assert not (is_package and imported), f"{name_of(path)} imports names but has no __all__"
        return
    assert len(names) == len(set(names))
    dotted = ".".join(["preimage", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    module = importlib.import_module(dotted)
    assert not [name for name in names if not hasattr(module, name)], f"__all__ of {dotted} names what is not there"
    if is_package:
        public = {name for name in imported if not name.startswith("_")}
        assert public <= set(names), f"{dotted} imports {sorted(public - set(names))}, which __all__ lacks"


# The rules themselves: each must find the fault it is there for.
FAULTS = [
    (rank_faults, "solve/x.py", "from preimage.physics import Blur"),
    (rank_faults, "physics/x.py", "def f():\n    import preimage.zoo"),
    (rank_faults, "physics/x.py", "from preimage import nowhere"),
    (rank_faults, "metric/x.py", "from preimage.solve import cg"),
    (rank_faults, "errors.py", "from preimage.solve import cg"),
    (assignment_faults, "x.py", "class A:\n    def f(self):\n        self.x = 1"),
    (assignment_faults, "x.py", "class A:\n    def f(self):\n        y, self.x = 1, 2"),
    (assignment_faults, "x.py", "class A:\n    def f(self):\n        self.x += 1"),
    (reflection_faults, "x.py", "hasattr(a, 'b')"),
    (keyword_faults, "x.py", "def f(**kw):\n    return kw['a']"),
    (keyword_faults, "x.py", "def f(**kw):\n    g(**kw)\n    h(**kw)"),
    (size_faults, "_tree.py", "class A:\n    def __init__(self, a, b, c, d, e, f, g):\n        pass"),
    (size_faults, "_tree.py", "def f():\n" + "    pass\n" * 60),
    (weight_faults, "physics/x.py", "import scipy"),
]


@pytest.mark.parametrize(("check", "file", "code"), FAULTS)
def test_the_rules_find_faults(check, file, code):
    assert list(check(ROOT / file, ast.parse(code)))


def test_the_rules_accept_good_code():
    good = "class A:\n    def __init__(self, a):\n        self.a = a\n\ndef f(**k):\n    return g(**k) if k else 1"
    for check in CHECKS:
        assert not list(check(ROOT / "_tree.py", ast.parse(good)))
