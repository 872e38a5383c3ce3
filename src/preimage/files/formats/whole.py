"""Writers of formats that are encoded as a whole: the planes are gathered first."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np

from preimage.errors import ImageFileError
from preimage.files.formats.format import Put
from preimage.files.stacks.layout import Layout

__all__ = ["creating_picture"]


def creating_picture(
    name: str, encode: Callable[[Path, np.ndarray, Layout], None]
) -> Callable[[Path, Layout], AbstractContextManager[Put]]:
    """What makes a file of one picture: grey, or of colours.

    Args:
        name: the format, for messages.
        encode: writes the values of a picture.
    """

    @contextmanager
    def create(path: Path, layout: Layout) -> Iterator[Put]:
        if layout.stack_shape or layout.axes not in ("YX", "YXS"):
            raise ImageFileError(f"{name} holds one picture, got axes {layout.axes} of {layout.shape}; write .zarr.")
        values = np.zeros(layout.shape, layout.dtype)

        def put(index: tuple[int, ...], plane: np.ndarray) -> None:
            values[index] = plane

        yield put
        encode(path, values, layout)

    return create
