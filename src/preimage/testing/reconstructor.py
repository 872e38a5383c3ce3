"""What every reconstructor must do."""

import copy

import torch

from preimage._tree import Measurement, leaves, tree_map
from preimage.physics import Physics
from preimage.reconstructor import Reconstructor
from preimage.testing._compare import require, require_close, require_equal
from preimage.testing._values import check_replace, samples_of, untouched

__all__ = ["check_reconstructor"]


def check_reconstructor(
    model: Reconstructor, y: Measurement, physics: Physics, tol: float = 1e-4, double: bool = True
) -> None:
    """Require of ``model`` what :class:`preimage.Reconstructor` promises, on the measurement ``y``.

    A call leaves the measurement, the physics, the model and global random state alone, and repeats; the result is
    finite, one image for each sample; every sample is independent; copies agree, ``replace`` keeps every field and
    what was learned; float64 agrees with float32.

    Args:
        model: the object under test.
        y: a float32 measurement of two or more small images, best of odd size.
        physics: the physics of ``y``.
        tol: relative difference of the results that is allowed.
        double: whether to compare with float64; not where random numbers differ between precisions.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    first = leaves(y)[0]
    batch = len(first)
    with torch.no_grad():
        with untouched(physics, call="forward"), untouched(model, *leaves(y), call="forward"):
            x = model(y, physics)
        require(len(x) == batch, model, f"the result has {len(x)} images, want {batch}")
        require(x.real.dtype == first.real.dtype, model, f"the result is {x.dtype} for a measurement of {first.dtype}")
        require(bool(x.isfinite().all()), model, "the result is not finite")
        require_equal(model(y, physics), x, model, "the result of a second call")
        for index in range(batch):
            rows = slice(index, index + 1)
            alone = model(tree_map(lambda leaf, rows=rows: leaf[rows], y), samples_of(physics, rows, batch))
            require_close(alone, x[rows], tol, model, "the result of one sample, against the batch,")
        check_replace(model)
        require_equal(model.replace()(y, physics), x, model, "the result after replace()")
        require_equal(copy.deepcopy(model)(y, physics), x, model, "the result after deepcopy")
        if not double:
            return
        wide = copy.deepcopy(model).double()(tree_map(_wide, y), copy.deepcopy(physics).double())
        require_close(_wide(x), wide, tol, model, "the result, against float64,")


def _wide(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.complex128 if x.is_complex() else torch.float64)
