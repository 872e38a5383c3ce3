"""A publication as a value, and as BibTeX."""

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Publication", "letters_of"]

_MEETINGS = (
    "AAAI|AISTATS|Advances in Neural|Asilomar|Conference|CVPR|ECCV|ICASSP|ICCV|ICLR|ICML|ISBI|ISMRM|MICCAI|MIDL|"
    "Medical Image Computing|Medical Imaging with|NeurIPS|Proceedings of SPIE|SIGGRAPH|SPIE|Workshop|workshop"
)
_PUBLISHERS = r"Addison-Wesley|Cambridge|Springer|Wiley|University Press|^SIAM$"


@dataclass(frozen=True)
class Publication:
    """What is known of a publication.

    Attributes:
        author: names, joined by "and" as BibTeX wants them.
        title: without a point at its end.
        venue: where it appeared, with the number of the volume; empty where that is not known.
        year: four digits, or empty.
    """

    author: str
    title: str
    venue: str = ""
    year: str = ""

    @property
    def key(self) -> str:
        """Family name of the first author and the year, as "rudin1992"."""
        first = self.author.split(" and ")[0]
        family = first.split(",")[0] if "," in first else first
        return f"{letters_of(family)}{self.year}"

    def bibtex(self) -> str:
        """An entry: an article, a paper of a meeting, a book, or something else."""
        kind, places = self._place()
        fields = {"author": self.author, "title": f"{{{self.title}}}", **places, "year": self.year}
        told = {name: value.replace("&", r"\&") for name, value in fields.items() if value}
        lines = [f"  {name} = {{{value}}}," for name, value in told.items()]
        return "\n".join([f"@{kind}{{{self.key},", *lines, "}"])

    def _place(self) -> tuple[str, dict[str, str]]:
        if not self.venue or "arXiv" in self.venue:
            return "misc", {"howpublished": self.venue}
        if re.search(_MEETINGS, self.venue):
            return "inproceedings", {"booktitle": self.venue}
        if re.search(_PUBLISHERS, self.venue):
            return "book", {"publisher": self.venue}
        found = re.fullmatch(r"(.*\D) (\d+)", self.venue)
        return "article", {"journal": found[1], "volume": found[2]} if found else {"journal": self.venue}


def letters_of(text: str) -> str:
    """Its letters without accents, in lower case: "O'Donoghue" is "odonoghue"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain.casefold() if letter.isascii() and letter.isalpha())
