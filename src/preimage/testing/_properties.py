"""A contract, property by property."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

__all__ = ["Property", "run_properties"]


@dataclass(frozen=True)
class Property:
    """One property of a contract.

    Attributes:
        name: what it is about, such as ``adjoint``.
        check: raises ``AssertionError`` where it does not hold.
        look: what to look at where it does not.
        needs: names of the properties without which this one says nothing.
    """

    name: str
    check: Callable[[], None]
    look: str
    needs: tuple[str, ...] = ()


def run_properties(parts: Iterable[Property]) -> None:
    """Check one property after the other.

    Raises:
        AssertionError: the first one that fails says why.
    """
    for part in parts:
        part.check()
