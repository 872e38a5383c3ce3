"""Records that leave this computer: as the command line writes them, without the places of files."""

import json
from pathlib import Path, PurePath

__all__ = ["without_places"]


def without_places(record: Path | str) -> None:
    """Rewrite a record so that it names files only, which lie beside it where it is repeated."""
    path = Path(record)
    values = json.loads(path.read_text(encoding="utf-8"))
    values["input"]["path"] = PurePath(values["input"]["path"]).name
    values["output"] = PurePath(values["output"]).name
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
