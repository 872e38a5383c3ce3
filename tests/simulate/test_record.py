import json
from pathlib import Path

import pytest

from preimage.errors import ImageFileError
from preimage.simulate import SimulationRecord

RECORD = SimulationRecord("blur", {"path": "a.png", "sha256": "0"}, {"kernel": "disk:2"}, "none", 3, (1, 4, 5))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "a.json")
    assert SimulationRecord.read(tmp_path / "a.json") == RECORD
    with pytest.raises(ImageFileError, match="exists"):
        RECORD.write(tmp_path / "a.json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"physics": 3}, {"seed": "0"}, {"seed": True}, {"seed": 2**64}, {"settings": []}, {"input": {}},
        {"shape": ["a"]}, {"noise": None}, {"another": 1}, {"versions": {"torch": 2}}, {"files": ["a"]},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_record_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    RECORD.write(tmp_path / "a.json")
    values = json.loads((tmp_path / "a.json").read_text())
    (tmp_path / "a.json").write_text(json.dumps({**values, **wrong}))
    with pytest.raises(ImageFileError, match="which is none"):
        SimulationRecord.read(tmp_path / "a.json")
    with pytest.raises(ImageFileError):
        SimulationRecord.read(tmp_path / "none.json")
