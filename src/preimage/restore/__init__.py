"""Restoration of photographs: image file to image file, array to array.

What is here is imported when it is first asked for, so that the tables of :mod:`preimage.restore.table` cost nothing.
"""

import pkgutil
from typing import TYPE_CHECKING, Any

from preimage.restore import table

if TYPE_CHECKING:
    from preimage.files import ImageFile
    from preimage.restore.frame.engine import Restored
    from preimage.restore.frame.method import Method
    from preimage.restore.frame.record import Record
    from preimage.restore.frame.settings import Options
    from preimage.restore.frame.task import Problem, Task
    from preimage.restore.methods.dip.method import Dip
    from preimage.restore.raw.restore_raw import restore_raw
    from preimage.restore.repetition import repeat
    from preimage.restore.stacks.restore_stack import deblur_stack, restore_stack
    from preimage.restore.tasks.auto import auto
    from preimage.restore.tasks.deblock import deblock
    from preimage.restore.tasks.deblur import deblur
    from preimage.restore.tasks.demosaic import demosaic
    from preimage.restore.tasks.denoise import denoise
    from preimage.restore.tasks.flash import flash
    from preimage.restore.tasks.inpaint import inpaint
    from preimage.restore.tasks.kernel import read_kernel
    from preimage.restore.tasks.superresolve import superresolve

__all__ = [
    "Dip",
    "ImageFile",
    "Method",
    "Options",
    "Problem",
    "Record",
    "Restored",
    "Task",
    "auto",
    "deblock",
    "deblur",
    "deblur_stack",
    "demosaic",
    "denoise",
    "flash",
    "inpaint",
    "read_kernel",
    "repeat",
    "restore_raw",
    "restore_stack",
    "superresolve",
    "table",
]

_HOMES = {
    "Dip": "preimage.restore.methods.dip.method",
    "ImageFile": "preimage.files.image_file",
    "Method": "preimage.restore.frame.method",
    "Options": "preimage.restore.frame.settings",
    "Problem": "preimage.restore.frame.task",
    "Record": "preimage.restore.frame.record",
    "Restored": "preimage.restore.frame.engine",
    "Task": "preimage.restore.frame.task",
    "deblur_stack": "preimage.restore.stacks.restore_stack",
    "read_kernel": "preimage.restore.tasks.kernel",
    "repeat": "preimage.restore.repetition",
    "restore_raw": "preimage.restore.raw.restore_raw",
    "restore_stack": "preimage.restore.stacks.restore_stack",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: the function of a task in the table, or one of the names above."""
    if name in _HOMES:
        return pkgutil.resolve_name(f"{_HOMES[name]}:{name}")
    for row in table.TASKS:
        if row.name == name:
            return row.function()
    raise AttributeError(f"module 'preimage.restore' has no attribute {name!r}; it has {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted({*__all__, *(row.name for row in table.TASKS)})
