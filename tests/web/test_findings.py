import json
import subprocess
import sys

from preimage.web.findings import Findings, SeenBlur


def test_findings_travel_as_json() -> None:
    found = Findings(6, 4, 3, 16, "TIFF", 0.05, True, 80, False, 2.5, 2.0)
    assert Findings.from_values(json.loads(json.dumps(found.to_values()))) == found
    blur = SeenBlur("a disk", False, True)
    assert SeenBlur.from_values(json.loads(json.dumps(blur.to_values()))) == blur


def test_the_server_waits_for_no_torch() -> None:
    code = "import sys, preimage.web.server; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
