"""What every transform of images must do."""

import copy
import pickle

import torch
from torch import Tensor

from preimage._tree import dot, leaves, tree_map
from preimage.testing._compare import require, require_close, require_equal, rounding, seeded
from preimage.testing._values import check_replace, untouched
from preimage.transform import FiniteGroup, InvertibleTransform, Params, Transform, UnitaryTransform

__all__ = ["check_transform"]


def check_transform(transform: Transform, x: Tensor, tol: float | None = None) -> None:
    """Require of ``transform`` what :class:`preimage.transform.Transform` and its other types promise, on images ``x``.

    Draws repeat under the same ``rng``, and the first images do not depend on how many there are; calls leave their
    arguments, the object and global random state alone; every image is independent; copies agree; an empty batch comes
    back empty. What is unitary keeps norms, has its inverse as its adjoint, and is linear. The mean over a group
    commutes with its elements.

    Args:
        transform: the object under test.
        x: two or more small square images.
        tol: the relative error that an inverse by interpolation may leave; not asked for by default.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    with untouched(transform, call="draw"):
        params = transform.draw(len(x), seeded())
    _check_draws(transform, params, len(x))
    with untouched(transform, x, params, call="transform"):
        moved = transform.transform(x, params)
    require(moved.dtype == x.dtype, transform, f"the result is {moved.dtype}, want {x.dtype}")
    close = rounding(x.dtype)
    for index in range(len(x)):
        alone = transform.transform(x[index : index + 1], tree_map(lambda p, i=index: p[i : i + 1], params))
        require_close(alone, moved[index : index + 1], close, transform, "the result of one image, against the batch,")
    require_equal(transform(x, seeded()), moved, transform, "the result of a call that draws")
    check_replace(transform)
    for copied in (copy.deepcopy(transform), pickle.loads(pickle.dumps(transform))):
        require_equal(copied(x, seeded()), moved, transform, "the result of a copy")
    require(transform(x[:0], seeded()).shape[0] == 0, transform, "an empty batch does not come back empty")
    first = tree_map(lambda p: p[:1], params)
    each = torch.cat([transform.transform(x[index : index + 1], first) for index in range(len(x))])
    require_close(transform.transform(x, first), each, close, transform, "the result under one image's parameters")
    if isinstance(transform, InvertibleTransform):
        with untouched(transform, moved, params, call="inverse"):
            back = transform.inverse(moved, params)
        require(back.shape == x.shape, transform, f"the inverse has shape {tuple(back.shape)}, want {tuple(x.shape)}")
        if isinstance(transform, UnitaryTransform):
            _check_unitary(transform, x, params)
        elif tol is not None:
            require_close(back, x, tol, transform, "the inverse after the transform")
    if isinstance(transform, FiniteGroup):
        _check_group(transform, x)


def _check_draws(transform: Transform, params: Params, batch: int) -> None:
    for leaf, again, fewer in zip(
        leaves(params),
        leaves(transform.draw(batch, seeded())),
        leaves(tree_map(lambda p: p[:1], transform.draw(batch, seeded()))),
        strict=True,
    ):
        require(len(leaf) == batch, transform, f"draw gives {len(leaf)} entries, want one for each of {batch} images")
        require(torch.equal(leaf, again), transform, "draw does not repeat under the same rng")
        require(torch.equal(leaf[:1], fewer), transform, "what is drawn first depends on how many are drawn")


def _check_unitary(transform: UnitaryTransform, x: Tensor, params: Params) -> None:
    close, moved = rounding(x.dtype), transform.transform(x, params)
    require_close(transform.inverse(moved, params), x, close, transform, "the inverse after the transform")
    require_close(transform.transform(transform.inverse(x, params), params), x, close, transform, "T T^-1")
    other = torch.rand(moved.shape, generator=seeded(1), dtype=x.real.dtype, device=x.device).to(x.dtype)
    left, right = dot(moved, other), dot(x, transform.inverse(other, params))
    scale = x.flatten(1).norm(dim=1) * other.flatten(1).norm(dim=1)
    require(bool(((left - right).abs() <= close * scale).all()), transform, "the inverse is not the adjoint")
    double = transform.transform(x + 2 * x.flip(-1), params)
    require_close(double, moved + 2 * transform.transform(x.flip(-1), params), close, transform, "T(a + 2 b)")


def _check_group(group: FiniteGroup, x: Tensor) -> None:
    def uneven(image: Tensor) -> Tensor:
        rows, columns = (torch.linspace(0.5, 2, n, dtype=x.real.dtype) for n in image.shape[-2:])
        return image * rows.square()[:, None] * columns

    require_equal(group.transform(x, next(group.elements(x))), x, group, "the first element, on images,")
    mean = group.average(uneven, x)
    for number, params in enumerate(group.elements(x)):
        found = group.average(uneven, group.transform(x, params))
        wanted = group.transform(mean, params)
        require_close(found, wanted, rounding(x.dtype), group, f"the mean over the group, under element {number},")
    drawn = group.average(uneven, x, 2, seeded())
    require(drawn.shape == x.shape, group, "the mean over two elements has another shape than the images")
