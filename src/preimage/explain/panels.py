"""What an explanation shows: one set of panels, which the sheet and the page draw each in its way."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from preimage.explain.captions import Caption, captions
from preimage.explain.dictionary import Dictionary
from preimage.explain.images import ORANGE, WHITE, atom_pictures
from preimage.explain.neighbours import Neighbours
from preimage.explain.patch import PatchCode
from preimage.explain.view import View

__all__ = ["AtomGrid", "Coefficients", "Framed", "Heat", "Panel", "Steps", "Support", "Usage", "make_panels"]


@dataclass(frozen=True)
class Framed:
    """A picture with a rectangle on it.

    Attributes:
        image: (C, h, w) in [0, 1].
        size: rows and columns to which the image is stretched.
        corner, extent: first row and column, and height and width of the rectangle, in units of ``size``.
        tone: the colour of the rectangle.
        dot: row and column of a pixel that is marked, or none.
    """

    image: Tensor
    size: tuple[int, int]
    corner: tuple[int, int]
    extent: tuple[int, int]
    tone: tuple[int, int, int]
    dot: tuple[int, int] | None = None


@dataclass(frozen=True)
class Heat:
    """Numbers in [0, 1] for each pixel of a window, with a rectangle on it.

    Attributes:
        values: (h, w).
        origin: row and column of the first of them in the picture.
        corner, extent: first row and column in the picture, and height and width of the rectangle.
    """

    values: Tensor
    origin: tuple[int, int]
    corner: tuple[int, int]
    extent: tuple[int, int]


@dataclass(frozen=True)
class AtomGrid:
    """Every atom as a picture.

    Attributes:
        pictures: (K, C, h, w) in [0, 1].
        numbers, use, frequency: see :class:`Dictionary`.
        code: coefficients in the code of the patch, (K,).
    """

    pictures: Tensor
    numbers: Tensor
    use: Tensor
    frequency: Tensor
    code: Tensor


@dataclass(frozen=True)
class Usage:
    """How much each atom is used: share of the energy and of the patches, (K,) each."""

    use: Tensor
    frequency: Tensor


@dataclass(frozen=True)
class Coefficients:
    """Coefficients, (K,); ``used`` are the places of those that are not zero, the strongest first."""

    values: Tensor
    used: Tensor


@dataclass(frozen=True)
class Steps:
    """A sum of atoms, step by step.

    Attributes:
        measured: what is to be put together, (C, h, w).
        sums: the mean, and then with one atom more each, (k + 1, C, h, w).
        added: what each atom adds, (k, C, h, w).
        atoms: the places of the atoms, (k,).
        coefficients: what they are multiplied by, (k,).
    """

    measured: Tensor
    sums: Tensor
    added: Tensor
    atoms: tuple[int, ...]
    coefficients: tuple[float, ...]

    @property
    def reach(self) -> float:
        """The largest number that is added or taken away; 1 where none is."""
        return max(float(self.added.abs().max()), 1e-12) if self.atoms else 1.0

    def labels(self) -> list[str]:
        """What stands over the measured patch and over each of the sums."""
        return ["measured", "mean", *(f"+ {1 + atom}" for atom in self.atoms)]


@dataclass(frozen=True)
class Support:
    """The coefficients of several patches in the atoms that any of them uses.

    Attributes:
        atoms: the places of the atoms, one for each row.
        values: coefficients, (rows, n).
        places: row and column of the patches in the picture; the first is the chosen one.
        weights: how similar they are to it.
    """

    atoms: tuple[int, ...]
    values: Tensor
    places: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]

    def shares(self) -> Tensor:
        """The coefficients over the largest of them."""
        return self.values / self.values.abs().max().clamp_min(1e-12)


Content = Framed | Heat | AtomGrid | Usage | Coefficients | Steps | Support


@dataclass(frozen=True)
class Panel:
    """A content with its caption."""

    caption: Caption
    content: Content


def make_panels(
    view: View, dictionary: Dictionary, patch: PatchCode, neighbours: Neighbours, compares: bool
) -> Mapping[str, Panel]:
    """The panels of an explanation, by the names of their captions.

    Args:
        view: the picture, and the part of it that was coded.
        dictionary: atoms and their use.
        patch: the code of the patch.
        neighbours: the patches like it.
        compares: whether the model itself compares patches.
    """
    part, chosen = _extent(view.measured), _extent(patch.measured)
    corner = (patch.corner[0] - view.corner[0], patch.corner[1] - view.corner[1])
    window, atoms, used = neighbours.window(), neighbours.rows(), patch.used.tolist()
    origin = (view.corner[0] + window[0].start, view.corner[1] + window[1].start)
    contents: dict[str, Content] = {
        "picture": Framed(view.overview, view.size, view.corner, part, WHITE, view.at),
        "measured": Framed(view.measured, part, corner, chosen, ORANGE),
        "restored": Framed(view.restored, part, corner, chosen, ORANGE),
        "similarity": Heat(neighbours.map[window], origin, patch.corner, chosen),
        "dictionary": AtomGrid(
            atom_pictures(dictionary.atoms), dictionary.numbers, dictionary.use, dictionary.frequency, patch.code
        ),
        "use": Usage(dictionary.use, dictionary.frequency),
        "code": Coefficients(patch.code, patch.used),
        "sum": Steps(
            patch.measured, patch.partial_sums(), patch.added, tuple(used), tuple(patch.code[patch.used].tolist())
        ),
        "support": Support(
            tuple(atoms.tolist()), neighbours.codes[:, atoms].T,
            tuple((int(row), int(column)) for row, column in neighbours.places.tolist()),
            tuple(neighbours.weights.tolist()),
        ),
    }  # fmt: skip
    told = captions(view, dictionary, patch, neighbours, compares)
    return {name: Panel(told[name], content) for name, content in contents.items()}


def _extent(image: Tensor) -> tuple[int, int]:
    return image.shape[-2], image.shape[-1]
