"""The Python blocks of a page, with what readers do not see: smaller sizes, and why a block is not run.

Comments before a block say so: ``<!-- smaller: 256 -> 32; 180 -> 20 -->`` for what is replaced in the next block, and
``<!-- not run: reason -->``. There is no hidden set-up: who copies the blocks of a page has all that they need.
"""

import re
from dataclasses import dataclass

__all__ = ["Block", "blocks_of"]

_PIECES = re.compile(
    r"<!-- smaller: (?P<smaller>.*?) -->|<!-- not run: (?P<reason>.*?) -->"
    r"|^```python\n(?P<code>.*?)^```",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """Code, as it is run, and why it is not, if it is not."""

    code: str
    reason: str = ""


def blocks_of(page: str) -> list[Block]:
    """All blocks of a page in their order."""
    found, smaller, reason = [], [], ""
    for piece in _PIECES.finditer(page):
        if piece["smaller"] is not None:
            smaller = [pair.split(" -> ") for pair in piece["smaller"].split("; ")]
        elif piece["reason"] is not None:
            reason = piece["reason"]
        else:
            code = piece["code"]
            for old, new in smaller:
                assert old in code, f"{old!r} is not in the block"
                code = code.replace(old, new)
            found.append(Block(code, reason))
            smaller, reason = [], ""
    assert not smaller, "nothing follows that is made smaller"
    assert not reason, "nothing follows that is not run"
    return found
