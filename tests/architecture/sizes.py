"""Files and functions are short, and constructors take few arguments."""

from collections.abc import Iterator

from tests.architecture.source import Function, Source

REMAINING = 0

FILE_LINES, FUNCTION_LINES, CONSTRUCTOR_ARGUMENTS = 300, 60, 6

FAULTS = [
    {"_tree.py": "pass\n" * 301},
    {"_tree.py": "class A:\n    def __init__(self, a, b, c, d, e, f, g):\n        pass"},
    {"_tree.py": "def f():\n" + "    pass\n" * 60},
]


def faults(sources: list[Source]) -> Iterator[str]:
    for source in sources:
        lines = len(source.text.splitlines())
        if lines > FILE_LINES:
            yield f"{source.name}: {lines} lines, at most {FILE_LINES}; split the file"
        for function in source.functions:
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > FUNCTION_LINES:
                yield source.at(function, f"{function.name} has {length} lines, at most {FUNCTION_LINES}")
            if function.name == "__init__" and (count := arguments(function)) > CONSTRUCTOR_ARGUMENTS:
                yield source.at(function, f"a constructor has {count} arguments, at most {CONSTRUCTOR_ARGUMENTS}")


def arguments(function: Function) -> int:
    """How many arguments a caller may give, ``self`` apart."""
    given = function.args
    names = [argument.arg for argument in given.posonlyargs + given.args + given.kwonlyargs]
    return len(names) - (names[:1] in (["self"], ["cls"]))
