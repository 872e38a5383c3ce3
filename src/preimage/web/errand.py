"""What a helping process is asked to do, as a line of text."""

import json
from dataclasses import asdict, dataclass

__all__ = ["Errand"]


@dataclass(frozen=True)
class Errand:
    """One thing to do, with files that lie in one folder.

    Attributes:
        folder: the folder; all names are names in it.
        arguments: a command line without ``preimage``, or nothing.
        look_at: the pictures to look at, after the command.
        blurs: pairs of a picture whose blur is to be found and the file in which its kernel is drawn.
        views: pairs of a picture and the PNG file that a browser shows of it.
        records: the records that the command writes, which are to name no places.
        sharing: among how many the processor's threads are shared.
    """

    folder: str
    arguments: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()
    blurs: tuple[tuple[str, str], ...] = ()
    views: tuple[tuple[str, str], ...] = ()
    records: tuple[str, ...] = ()
    sharing: int = 1

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(line: str) -> "Errand":
        """The errand that ``to_json`` made a line of."""
        values = json.loads(line)
        blurs, views = (tuple((source, drawn) for source, drawn in values[name]) for name in ("blurs", "views"))
        return Errand(
            values["folder"], tuple(values["arguments"]), tuple(values["look_at"]), blurs, views,
            tuple(values["records"]), values["sharing"],
        )  # fmt: skip
