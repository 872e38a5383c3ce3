"""Which test files are about modules that use compiled loops."""

from functools import cache
from pathlib import Path

from tests.architecture.mirror import own_test
from tests.architecture.source import inside, read

__all__ = ["files_with_loops"]

# Minutes without loops, of which those of its projections are tried on their own.
_LONG = {"physics/tomography/fbp.py"}


@cache
def files_with_loops() -> frozenset[Path]:
    """Those of modules outside :mod:`preimage.kernels` that import it."""
    return frozenset(
        own_test(source)
        for source in read()
        if source.part != "kernels"
        and source.name not in _LONG
        and any(inside(module, "preimage.kernels") for _, module, _ in source.imports)
    )
