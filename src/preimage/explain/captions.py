"""What each panel shows, in words; the drawing and the page say the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from preimage.explain.dictionary import Dictionary
from preimage.explain.neighbours import Neighbours
from preimage.explain.patch import PatchCode
from preimage.explain.view import View

__all__ = ["Caption", "captions"]


@dataclass(frozen=True)
class Caption:
    """A title of a few words, and a few sentences."""

    title: str
    text: str


def captions(
    view: View, dictionary: Dictionary, patch: PatchCode, neighbours: Neighbours, compares: bool
) -> Mapping[str, Caption]:
    """The captions of the panels.

    Args:
        compares: whether the model itself compares patches.
    """
    (row, column), (height, width), side = view.at, view.measured.shape[1:], dictionary.atoms.shape[-1]
    like, shared = len(neighbours.places) - 1, neighbours.shared()[1:]
    agree = f"{100 * float(shared.mean()):.0f} %" if like else "none"
    role = (
        "Similar patches decide together which atoms they use." if compares
        else "This model does not compare patches; drawn is how alike its results are."
    )  # fmt: skip
    return {
        "picture": Caption(
            "The picture",
            f"The file has {view.size[1]}x{view.size[0]} pixels; the white frame is the part of {width}x{height} "
            f"pixels that was restored, the orange dot the {side}x{side} patch around row {row}, column {column}.",
        ),
        "measured": Caption(
            "The part, as it is",
            f"Rows {view.corner[0]} to {view.corner[0] + height - 1}, columns {view.corner[1]} to "
            f"{view.corner[1] + width - 1}, from 0 at the top left.",
        ),
        "restored": Caption(
            "The part, restored", "Every pixel is the mean of the estimates of the patches it is in."
        ),
        "use": Caption(
            "Use of the atoms",
            "Along the dictionary: the energy that the first atoms have together, and the share of the patches that "
            "each atom is used by.",
        ),
        "dictionary": _of_dictionary(dictionary),
        "code": Caption(
            "Sparse code of the patch",
            f"{len(patch.used)} of {len(patch.code)} coefficients are not zero, by atom in the order of the "
            "dictionary. Blue is added, orange taken away.",
        ),
        "sum": Caption(
            "How the patch is put together",
            f"Below, what each atom adds, the strongest first; above, the sum so far, from the mean "
            f"({255 * patch.mean:.0f}/255) to the estimate. The contrast is stretched, the same in a row.",
        ),
        "similarity": Caption(
            "Similarity map",
            f"How similar the patch around each pixel of the window is to the chosen one, framed, from 0 to 1. They "
            f"count as {neighbours.size:.1f} equal patches. {role}",
        ),
        "support": Caption(
            "Support shared by similar patches",
            f"Columns: the chosen patch and the {like} most like it. Rows: the atoms any of them uses, the most used "
            f"on top. Blue coefficients are positive, orange negative. On average {agree} of the atoms that "
            "the chosen patch or such a patch uses are used by both.",
        ),
    }  # fmt: skip


def _of_dictionary(dictionary: Dictionary) -> Caption:
    half = min(int((dictionary.use.cumsum(0) < 0.5).sum()) + 1, len(dictionary.use))
    unused = int((dictionary.frequency == 0).sum())
    return Caption(
        "Dictionary, sorted by use",
        f"All {len(dictionary.use)} atoms, the most used first, row by row. Use is an atom's share of the energy "
        f"of all codes, over {dictionary.patches} patches of this picture: the first {half} have half of it, "
        f"{unused} {'is' if unused == 1 else 'are'} never used. A patch uses {dictionary.non_zeros:.1f} atoms on "
        "average. Grey is zero; each atom has its own contrast.",
    )
