"""Files that are there whole or not at all."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from preimage.errors import ImageFileError

__all__ = ["check_free", "replacing"]

# What most file systems take, 255, less the ends of the temporary name.
_LONGEST = 255 - len("..12345678.part")


def check_free(path: Path, overwrite: bool) -> None:
    """Refuse to write over an existing file, or into a folder that is not there.

    Raises:
        ImageFileError: ``path`` exists and ``overwrite`` is false, is a folder, or lies in no folder.
    """
    if len(os.fsencode(path.name)) > _LONGEST:
        raise ImageFileError(
            f"`output` must have a name of at most {_LONGEST} bytes, got {len(os.fsencode(path.name))}; shorten it."
        )
    if path.is_dir():
        raise ImageFileError(f"`output` must be a file, got the folder {path}; add a file name.")
    if not overwrite and path.exists():
        raise ImageFileError(f"`output` must be a new file, got {path}, which exists; use --overwrite to replace it.")
    if not path.parent.is_dir():
        raise ImageFileError(f"`output` must lie in a folder that exists, got {path}; make {path.parent} first.")


@contextmanager
def replacing(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """A temporary path beside ``path``, renamed to it when the block ends well and removed when it does not.

    Raises:
        ImageFileError: the file may not be replaced, the disk is full, or the folder cannot be written to.
    """
    check_free(path, overwrite)
    # The suffix stays last, because encoders look at it.
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.part{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        check_free(path, overwrite)  # somebody else may have written it meanwhile
        os.replace(temporary, path)
    except OSError as error:
        if isinstance(error, ImageFileError):
            raise
        raise ImageFileError(_explain(error, path)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _explain(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full: {path} was not written; free some space or write elsewhere."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"`output` must lie in a folder that can be written to, got {path.parent}; write elsewhere."
    return f"{path} could not be written: {error.strerror or error}; write elsewhere."
