"""Files and functions are short, and constructors take few arguments.

Compiled loops cannot call what is not compiled, and may be somewhat longer.
"""

from collections.abc import Iterator

from tests.architecture.source import Function, Source

FILE_LINES, FUNCTION_LINES, LOOP_LINES, CONSTRUCTOR_ARGUMENTS = 300, 60, 90, 6

FAULTS = [
    {"_tree.py": "pass\n" * 301},
    {"_tree.py": "class A:\n    def __init__(self, a, b, c, d, e, f, g):\n        pass"},
    {"_tree.py": "def f():\n" + "    pass\n" * 60},
    {"kernels/x_loops.py": "def f():\n" + "    pass\n" * 90},
]
GOOD = [{"kernels/x_loops.py": "def f():\n" + "    pass\n" * 70}]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        lines = len(source.text.splitlines())
        if lines > FILE_LINES:
            yield f"{source.name}: {lines} lines, at most {FILE_LINES}; split the file"
        most = LOOP_LINES if source.is_loops else FUNCTION_LINES
        for function in source.functions:
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > most:
                yield source.at(function, f"{function.name} has {length} lines, at most {most}")
            if function.name == "__init__" and (count := arguments(function)) > CONSTRUCTOR_ARGUMENTS:
                yield source.at(function, f"a constructor has {count} arguments, at most {CONSTRUCTOR_ARGUMENTS}")


def arguments(function: Function) -> int:
    """How many arguments a caller may give, ``self`` apart."""
    given = function.args
    names = [argument.arg for argument in given.posonlyargs + given.args + given.kwonlyargs]
    return len(names) - (names[:1] in (["self"], ["cls"]))
