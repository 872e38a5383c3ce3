"""What a helping process says and does, without torch: a copy for a command, a busy loop for the task ``deblur``."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from queue import Queue

BLUR = {"words": "a Gaussian of standard deviation 2.00 pixels", "is_sharp": False, "is_sure": True}
FOUND = {"width": 8, "height": 6, "channels": 3, "bits": 8, "format": "PNG", "noise": 0.04, "grows": False}


def tell(values: dict[str, object]) -> None:
    """A line on standard error."""
    print(json.dumps(values), file=sys.stderr, flush=True)


def do(errand: dict[str, list[str]]) -> int:
    """What the errand asks for."""
    words = errand["arguments"]
    if words[1:2] == ["deblur"]:
        step = 0
        while True:
            step += 1
            tell({"done": step, "total": 10**6, "text": "busy"})
            end = time.monotonic() + 0.02
            while time.monotonic() < end:
                pass
    if words[1:2] == ["flash"]:
        print("a warning of some library", file=sys.stderr)
        print(f"preimage: `image` must be better, got {os.getcwd()}/a.png; use --sigma.", file=sys.stderr, flush=True)
        return 2
    if words:
        tell({"done": 1, "total": 2, "text": ""})
        source = Path(words[2])
        result = Path(words[words.index("-o") + 1] if "-o" in words else f"{source.stem}-denoised{source.suffix}")
        result.write_bytes(source.read_bytes()[::-1])
        resolved = {"error_map": {"lightest": 0.05, "share": 0.9}}
        record = {"input": {"path": "a"}, "output": "b", "resolved": resolved}
        result.with_suffix(".json").write_text(json.dumps(record))
    return 0


def main() -> None:
    """Do errands until standard input ends."""
    lines: Queue[str] = Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(130)

    threading.Thread(target=read, daemon=True).start()
    tell({"ready": True})
    while True:
        errand = json.loads(lines.get())
        os.chdir(errand["folder"])
        status = do(errand)
        if status == 0:
            for source, view in errand["views"]:
                Path(view).write_bytes(Path(source).read_bytes())
            for _, drawing in errand["blurs"]:
                Path(drawing).write_bytes(b"a kernel")
        tell({"finished": status, "seen": [*(FOUND for _ in errand["look_at"]), *(BLUR for _ in errand["blurs"])]})


if __name__ == "__main__":
    main()
