"""Everything that is said of a picture, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from preimage.explain.dictionary import Dictionary
from preimage.explain.drawing import draw_sheet
from preimage.explain.neighbours import Neighbours
from preimage.explain.page import make_page
from preimage.explain.panels import Panel, make_panels
from preimage.explain.patch import PatchCode
from preimage.explain.view import View
from preimage.files.atomic import replacing

__all__ = ["Explanation"]


@dataclass(frozen=True)
class Explanation:
    """What a sparse model made of a picture, and of the patch around one of its pixels.

    Attributes:
        view: the picture, and the part of it that was coded.
        dictionary: atoms and their use.
        patch: the code of the patch.
        neighbours: the patches like it.
        facts: the file, the model, where its weights come from and the settings, by what they are called.
    """

    view: View
    dictionary: Dictionary
    patch: PatchCode
    neighbours: Neighbours
    facts: Mapping[str, str]

    @property
    def denoised(self) -> Tensor:
        """The restored part of the picture, (C, height, width)."""
        return self.view.restored

    def save_png(self, path: str | Path, overwrite: bool = False) -> None:
        """Draw everything on one sheet.

        Raises:
            MissingDependency: matplotlib is not installed.
            ImageFileError: the file exists, or cannot be written.
        """
        with replacing(Path(path), overwrite) as temporary:
            draw_sheet(self._panels(), self.facts).savefig(temporary, format="png", dpi=110)

    def save_html(self, path: str | Path, overwrite: bool = False) -> None:
        """Write one page that needs no other file, no network and no script; with a script, atoms can be pointed at.

        Raises:
            ImageFileError: the file exists, or cannot be written.
        """
        with replacing(Path(path), overwrite) as temporary:
            temporary.write_text(make_page(self._panels(), self.facts), encoding="utf-8")

    def _panels(self) -> Mapping[str, Panel]:
        compares = "similarity" in self.facts
        return make_panels(self.view, self.dictionary, self.patch, self.neighbours, compares)
