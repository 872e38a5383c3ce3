"""A public method says where it is from: the docstring of an operator, a noise, a loss, a metric, a denoiser, an
algorithm, a prior, a sampler or a generator has a paragraph "Source:", with a publication, or that it is a definition,
or of this library.
"""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import Source

# What methods are: classes below one of these. Those that leave methods to their subclasses are none themselves.
FAMILIES = {
    "Algorithm", "Denoiser", "ErrorMap", "Guidance", "Loss", "MarkovKernel", "Metric", "NoReferenceMetric", "Noise",
    "ParameterGenerator", "Physics", "PosteriorSampler", "Potential", "Recorruption", "Sampler",
}  # fmt: skip
PRIORS = "optim/prior/"
# What is made of methods by arithmetic, or takes them to several processes.
ARITHMETIC = ("distributed/", "physics/operator/", "physics/parameters/")
SAID = re.compile(r"^Sources?: \S", re.MULTILINE)

_FACE = {"__init__.py": "__all__ = ['Cauchy', 'Mild', 'Noise']"}
_BASE = "class Noise(Module):\n    @abstractmethod\n    def sample(self): ...\n"
FAULTS = [
    {**_FACE, "x.py": f'{_BASE}class Cauchy(Noise):\n    """Noise of heavy tails."""'},
    {**_FACE, "x.py": f'{_BASE}class Mild(Noise):\n    """Source: ours."""\nclass Cauchy(Mild):\n    """Source:"""'},
    {**_FACE, "optim/prior/x.py": 'class Cauchy(Valued):\n    """A prior, Source unknown."""'},
]
GOOD = [
    {
        **_FACE,
        "x.py": f'{_BASE}class Cauchy(Noise):\n    """Noise of heavy tails.\n\n    Source: Cauchy 1853.\n    """',
    },
    {**_FACE, "x.py": f'{_BASE}class Student(Noise):\n    """For this file only."""'},
    {**_FACE, "physics/operator/x.py": 'class Mild(Physics):\n    """A sum."""'},
    {**_FACE, "x.py": 'class Cauchy(Module):\n    """Settings."""'},
]


def faults(sources: list[Source]) -> Iterator[str]:
    public = {name for source in sources if source.is_face for name in source.exported or ()}
    classes = {node.name: node for source in sources for node in source.classes}
    for source in [source for source in sources if not source.name.startswith(ARITHMETIC) and not is_contract(source)]:
        for node in [node for node in source.classes if node.name in public and not is_open(node)]:
            is_one = is_method(node, classes) or (source.name.startswith(PRIORS) and node.bases)
            if is_one and not SAID.search(ast.get_docstring(node) or ""):
                yield source.at(node, f'{node.name} is from somewhere; give its docstring a paragraph "Source: ..."')


def is_contract(source: Source) -> bool:
    """Whether it says what the members of a family have in common."""
    return source.name.endswith("/base.py")


def is_method(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Whether it is below one of the families."""
    bases = {ast.unparse(base).partition("[")[0] for base in node.bases} - {node.name}
    return bool(bases & FAMILIES) or any(is_method(classes[base], classes) for base in bases if base in classes)


def is_open(node: ast.ClassDef) -> bool:
    """Whether it leaves something to its subclasses."""
    marks = [mark for part in node.body if isinstance(part, ast.FunctionDef) for mark in part.decorator_list]
    return any("abstractmethod" in ast.unparse(mark) for mark in marks)
