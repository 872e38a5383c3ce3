"""Files that are there whole or not at all."""

import errno
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from preimage.errors import ImageFileError

__all__ = ["check_free", "replacing", "replacing_together"]

_TAG = "{process}-{number}.part"
# What most file systems take, 255, less the ends of the temporary name.
_LONGEST = 255 - len("..") - len(_TAG.format(process="f" * 8, number="f" * 8))
_ABANDONED = 3600.0  # seconds without a change; writing takes seconds, and another machine's processes are not seen


def check_free(path: Path, overwrite: bool, is_folder: bool = False) -> None:
    """Refuse to write over an existing file, or into a folder that is not there or cannot be written to.

    Args:
        path: what is to be written.
        overwrite: whether it may be there.
        is_folder: whether it is a folder itself, as Zarr stores are.

    Raises:
        ImageFileError: ``path`` exists and ``overwrite`` is false, is a folder, or lies in no folder that takes files.
    """
    if len(os.fsencode(path.name)) > _LONGEST:
        raise ImageFileError(
            f"`output` must have a name of at most {_LONGEST} bytes, got {len(os.fsencode(path.name))}; shorten it."
        )
    if path.is_dir() and not is_folder:
        raise ImageFileError(f"`output` must be a file, got the folder {path}; add a file name.")
    if path.is_file() and is_folder:
        raise ImageFileError(f"`output` must be a folder or new, got the file {path}; name another.")
    if not overwrite and path.exists():
        raise ImageFileError(f"`output` must be a new file, got {path}, which exists; use --overwrite to replace it.")
    if not path.parent.is_dir():
        raise ImageFileError(f"`output` must lie in a folder that exists, got {path}; make {path.parent} first.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise ImageFileError(_unwritable(path))


@contextmanager
def replacing(path: Path, overwrite: bool = False) -> Iterator[Path]:
    """A temporary path beside ``path``, renamed to it when the block ends well and removed when it does not.

    The file has the permissions that new files get here, whatever its writer gave it. What a killed process left of
    an earlier attempt at the same file is removed.

    Raises:
        ImageFileError: the file may not be replaced, the disk is full, or the folder cannot be written to.
    """
    check_free(path, overwrite)
    with _explained(path):
        _sweep(path.parent, re.escape(f".{path.stem}.") + _MARK + re.escape(path.suffix))
        # The suffix stays last, because encoders look at it.
        temporary = path.with_name(f".{path.stem}.{_tag()}{path.suffix}")
        try:
            temporary.touch()
            mode = temporary.stat().st_mode & 0o777  # by the umask
            yield temporary
            temporary.chmod(mode)
            _flush(temporary)
            check_free(path, overwrite)  # somebody else may have written it meanwhile
            os.replace(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink()


@contextmanager
def replacing_together(
    paths: Sequence[Path], overwrite: bool = False, folders: Collection[Path] = ()
) -> Iterator[list[Path]]:
    """A temporary path for each of ``paths``, of the same name in a hidden folder; all are renamed last, in order.

    Paths of one folder stay together, so that one may be found by the name of another.

    A process that is killed while the block runs leaves none of them, and every old file as it was. Paths that the
    block writes nothing to are left as they are.

    Args:
        paths: what is written.
        overwrite: whether what is there may be replaced.
        folders: those of ``paths`` that are folders.

    Raises:
        ImageFileError: see :func:`replacing`.
    """
    for path in paths:
        check_free(path, overwrite, path in folders)
    with _explained(paths[0]), ExitStack() as beside:
        first = {path.parent: path for path in reversed(paths)}
        hidden = {parent: beside.enter_context(_folder_beside(path)) for parent, path in first.items()}
        staged = [hidden[path.parent] / path.name for path in paths]
        yield staged
        written = [(temporary, path) for temporary, path in zip(staged, paths, strict=True) if temporary.exists()]
        for temporary, _ in written:
            _flush(temporary)
        for _, path in written:
            check_free(path, overwrite, path in folders)
        for temporary, path in written:
            _move(temporary, path)


def _move(temporary: Path, path: Path) -> None:
    """Rename; a folder that is there goes first, beside the new one, to be removed with what is left of the work."""
    if temporary.is_dir() and path.is_dir():
        os.replace(path, temporary.with_name(f"old.{path.name}"))
    os.replace(temporary, path)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A hidden folder on the file system of ``path``, removed with all that is in it."""
    _sweep(path.parent, re.escape(f".{path.name}.") + _MARK)
    folder = path.with_name(f".{path.name}.{_tag()}")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_MARK = r"([0-9a-f]+)-[0-9a-f]{8}\.part"


def _tag() -> str:
    return _TAG.format(process=f"{os.getpid():x}", number=secrets.token_hex(4))


def _sweep(folder: Path, pattern: str) -> None:
    """Remove the temporary files and folders named by ``pattern`` whose process is gone."""
    for entry in folder.iterdir():
        found = re.fullmatch(pattern, entry.name)
        if found and _is_abandoned(entry, int(found[1], 16)):
            with suppress(OSError):
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def _is_abandoned(entry: Path, process: int) -> bool:
    try:
        if time.time() - entry.lstat().st_mtime > _ABANDONED:
            return True
        if sys.platform != "win32":  # where asking with signal 0 would end the process
            os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # another user's, or gone meanwhile
        return False
    return False


def _flush(path: Path) -> None:
    for each in path.rglob("*") if path.is_dir() else (path,):
        if each.is_file():
            with each.open("rb+") as file:
                os.fsync(file.fileno())


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, ImageFileError):
            raise
        raise ImageFileError(_explain(error, path)) from error


def _explain(error: OSError, path: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full: {path} was not written; free some space or write elsewhere."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _unwritable(path)
    return f"{path} could not be written: {error.strerror or error}; write elsewhere."


def _unwritable(path: Path) -> str:
    return f"`output` must lie in a folder that can be written to, got {path.parent}; write elsewhere."
