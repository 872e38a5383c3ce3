import json
from pathlib import Path

from preimage.web.record import without_places


def test_no_place_is_left_in_a_record(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    values = {"input": {"path": f"{tmp_path}/ä.png", "sha256": "0"}, "output": f"{tmp_path}/b.png", "seconds": 0.1}
    path.write_text(json.dumps(values), encoding="utf-8")
    without_places(path)
    assert str(tmp_path) not in path.read_text(encoding="utf-8")
    expected = {"input": {"path": "ä.png", "sha256": "0"}, "output": "b.png", "seconds": 0.1}
    assert json.loads(path.read_text(encoding="utf-8")) == expected
