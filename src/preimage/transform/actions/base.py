"""What a transform of images is, and how transforms go together."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor

from preimage._module import Module
from preimage._ranges import check_count
from preimage._tree import tree_map
from preimage.errors import ArgumentError

__all__ = ["FiniteGroup", "InvertibleTransform", "Params", "Transform", "UnitaryTransform"]

Params: TypeAlias = Any  # a Tensor, or a tuple of Params: the first dimension counts images


class Transform(Module):
    """A random map of images: ``params = t.draw(len(x), rng)``, then ``t.transform(x, params)``.

    What is drawn is a value, so that the same transform can be applied to other images, or undone. Every image of a
    batch has its own. ``t(x, rng)`` draws and applies at once.

    Transforms go together: ``a * b`` applies ``b`` first and then ``a``, both drawn; ``a + b`` applies one of the two
    to each image, all terms of a sum equally likely.

    What more a transform can do is its type: :class:`InvertibleTransform`, :class:`UnitaryTransform`,
    :class:`FiniteGroup`. Products have what all of their factors have; a sum of groups is no group.

    Shapes: images (B, C, H, W) or volumes (B, C, D, H, W), real or complex.
    """

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        """The parameters of ``batch`` images: a tensor, or a tuple of these, with one entry for each image.

        Args:
            batch: how many images, >= 0.
            rng: source of randomness; the global generator by default.
        """
        raise NotImplementedError

    def transform(self, x: Tensor, params: Params) -> Tensor:
        """Apply the transforms ``params`` to the images ``x``.

        Args:
            x: images.
            params: what :meth:`draw` gave for so many images, or for one image, which then counts for all.
        """
        raise NotImplementedError

    def forward(self, x: Tensor, rng: torch.Generator | None = None) -> Tensor:
        """``x`` under transforms that are drawn now."""
        return self.transform(x, self.draw(len(x), rng))

    def __mul__(self, other: "Transform") -> "Transform":
        """The transform that applies ``other`` first and then this one."""
        return _product(self, other)

    def __add__(self, other: "Transform") -> "Transform":
        """The transform that applies one of the two, drawn for each image."""
        terms = [*(self.terms if isinstance(self, _Union) else [self])]
        terms += other.terms if isinstance(other, _Union) else [other]
        return _union(terms)


class InvertibleTransform(Transform):
    """A transform that can be undone: exactly, or up to the interpolation that its documentation tells of."""

    def inverse(self, x: Tensor, params: Params) -> Tensor:
        """Undo :meth:`transform` with the same ``params``.

        Args:
            x: transformed images.
            params: what they were transformed by.
        """
        raise NotImplementedError

    def average(self, f: Callable[[Tensor], Tensor], x: Tensor, n: int, rng: torch.Generator | None = None) -> Tensor:
        r"""The mean of ``T_g^-1 f(T_g x)`` over ``n`` transforms drawn for each image.

        Args:
            f: images to images.
            x: images.
            n: how many transforms, >= 1.
            rng: source of randomness; the global generator by default.

        Raises:
            ArgumentError: ``n`` is below one.
        """
        check_count("n", n, "ask for one transform or more")
        return self._mean(f, x, (self.draw(len(x), rng) for _ in range(n)))

    def _mean(self, f: Callable[[Tensor], Tensor], x: Tensor, drawn: Iterator[Params]) -> Tensor:
        total, count = None, 0
        for params in drawn:
            view = self.inverse(f(self.transform(x, params)), params)
            total, count = view if total is None else total + view, count + 1
        assert total is not None
        return total / count


class UnitaryTransform(InvertibleTransform):
    """A linear transform whose inverse is exact and its adjoint: pixels change places, or only their phases change."""


class FiniteGroup(UnitaryTransform):
    """The action of a finite group, of which :meth:`draw` draws elements and :meth:`elements` gives all.

    Attributes:
        is_rigid: whether pixels keep their distances, so that what reaches some pixels far does so under the group.
    """

    is_rigid: bool = False

    def elements(self, x: Tensor) -> Iterator[Params]:
        """The parameters of every element of the group, the identity first, each for one image that counts for all.

        Args:
            x: images, whose size may decide how many elements there are.
        """
        raise NotImplementedError

    def average(
        self, f: Callable[[Tensor], Tensor], x: Tensor, n: int | None = None, rng: torch.Generator | None = None
    ) -> Tensor:
        r"""The mean of ``T_g^-1 f(T_g x)`` over the group, which commutes with each ``T_g``.

        Args:
            f: images to images.
            x: images.
            n: how many elements are drawn for each image; all of the group by default.
            rng: source of randomness; the global generator by default.

        Raises:
            ArgumentError: ``n`` is below one.
        """
        return self._mean(f, x, self.elements(x)) if n is None else super().average(f, x, n, rng)


class _Product(Transform):
    """``outer`` after ``inner``; the parameters are a pair."""

    def __init__(self, outer: Transform, inner: Transform) -> None:
        super().__init__()
        self.outer = outer
        self.inner = inner

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        return self.outer.draw(batch, rng), self.inner.draw(batch, rng)

    def transform(self, x: Tensor, params: Params) -> Tensor:
        return self.outer.transform(self.inner.transform(x, params[1]), params[0])


class _InvertibleProduct(_Product, InvertibleTransform):
    def __init__(self, outer: InvertibleTransform, inner: InvertibleTransform) -> None:
        super().__init__(outer, inner)
        self.outer = outer
        self.inner = inner

    def inverse(self, x: Tensor, params: Params) -> Tensor:
        return self.inner.inverse(self.outer.inverse(x, params[0]), params[1])


class _UnitaryProduct(_InvertibleProduct, UnitaryTransform):
    pass


class _GroupProduct(_UnitaryProduct, FiniteGroup):
    """A group where every product ``a b`` is some ``b' a'``, as for shifts, turns and mirror images.

    An element that is a product in several ways comes that often.
    """

    def __init__(self, outer: FiniteGroup, inner: FiniteGroup) -> None:
        super().__init__(outer, inner)
        self.outer = outer
        self.inner = inner
        self.is_rigid = outer.is_rigid and inner.is_rigid

    def elements(self, x: Tensor) -> Iterator[Params]:
        for first in self.inner.elements(x):
            for second in self.outer.elements(self.inner.transform(x, first)):
                yield second, first


def _product(outer: Transform, inner: Transform) -> Transform:
    if isinstance(outer, FiniteGroup) and isinstance(inner, FiniteGroup):
        return _GroupProduct(outer, inner)
    if isinstance(outer, UnitaryTransform) and isinstance(inner, UnitaryTransform):
        return _UnitaryProduct(outer, inner)
    if isinstance(outer, InvertibleTransform) and isinstance(inner, InvertibleTransform):
        return _InvertibleProduct(outer, inner)
    return _Product(outer, inner)


class _Union(Transform):
    """One of several transforms; the parameters are which, and those of each."""

    def __init__(self, terms: Sequence[Transform]) -> None:
        super().__init__()
        self.terms = terms

    def draw(self, batch: int, rng: torch.Generator | None = None) -> Params:
        which = (len(self.terms) * uniforms(batch, 1, rng)[:, 0]).long()
        return which, *(term.draw(batch, rng) for term in self.terms)

    def transform(self, x: Tensor, params: Params) -> Tensor:
        return _routed([term.transform for term in self.terms], x, params)


class _InvertibleUnion(_Union, InvertibleTransform):
    def __init__(self, terms: Sequence[InvertibleTransform]) -> None:
        super().__init__(terms)
        self._undone = tuple(term.inverse for term in terms)

    def inverse(self, x: Tensor, params: Params) -> Tensor:
        return _routed(self._undone, x, params)


class _UnitaryUnion(_InvertibleUnion, UnitaryTransform):
    pass


def _union(terms: Sequence[Transform]) -> Transform:
    unitary = [term for term in terms if isinstance(term, UnitaryTransform)]
    invertible = [term for term in terms if isinstance(term, InvertibleTransform)]
    if len(unitary) == len(terms):
        return _UnitaryUnion(unitary)
    return _InvertibleUnion(invertible) if len(invertible) == len(terms) else _Union(terms)


def _routed(maps: Sequence[Callable[[Tensor, Params], Tensor]], x: Tensor, params: Params) -> Tensor:
    """Every image under the map that was drawn for it."""
    which, *each = params
    if len(which) == 1:
        return maps[int(which)](x, each[int(which)])
    if not len(x):
        return maps[0](x, each[0])
    places = [(which == number).nonzero()[:, 0] for number in range(len(maps))]
    parts = [
        one(x[at.to(x.device)], tree_map(lambda leaf, at=at: leaf[at.to(leaf.device)], drawn))
        for one, at, drawn in zip(maps, places, each, strict=True)
        if len(at)
    ]
    return torch.cat(parts)[torch.cat(places).argsort().to(x.device)]


def uniforms(batch: int, count: int, rng: torch.Generator | None) -> Tensor:
    """Numbers uniform in [0, 1), (batch, count), float64 on the CPU; the first images do not depend on ``batch``."""
    device = "cpu" if rng is None else rng.device
    return torch.rand(batch * count, generator=rng, dtype=torch.float64, device=device).view(batch, count).cpu()


def image_by_image(f: Callable[[Tensor, Any], Tensor], x: Tensor, keys: Sequence[Any]) -> Tensor:
    """``f(x_i, key_i)`` of each image, or ``f(x, key)`` of all where there is one key or all are the same.

    Raises:
        ArgumentError: there are several keys and not as many images.
    """
    if len(keys) not in (1, len(x)):
        raise ArgumentError(f"`params` must be of {len(x)} images, got {len(keys)}; draw as many as there are images.")
    if not keys:
        return x.clone()
    if all(key == keys[0] for key in keys):
        return f(x, keys[0])
    return torch.cat([f(x[i : i + 1], key) for i, key in enumerate(keys)])
