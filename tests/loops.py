"""Which test files are about modules that use compiled loops, or use who does."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.architecture.mirror import own_test
from tests.architecture.source import Source, read

__all__ = ["files_with_loops"]


@cache
def files_with_loops() -> frozenset[Path]:
    """Those of modules that import :mod:`preimage.kernels`, and of modules that import these."""
    sources = read()
    direct = _importers(sources, {source.module for source in sources if source.part == "kernels"})
    return frozenset(own_test(source) for source in {*direct, *_importers(sources, {s.module for s in direct})})


def _importers(sources: Iterable[Source], modules: set[str]) -> list[Source]:
    """The sources outside the kernels that import one of ``modules``."""
    return [
        source
        for source in sources
        if source.part != "kernels" and any(module in modules for _, module, _ in source.imports)
    ]
