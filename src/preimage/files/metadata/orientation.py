"""Pictures as viewed and as stored: EXIF's orientation."""

import numpy as np

__all__ = ["orientation_of", "turn_as_stored", "upright"]

# For each orientation: whether rows and columns are exchanged first, then which axes are reversed, to turn what is
# stored upright.
_TURNS: dict[int, tuple[bool, tuple[int, ...]]] = {
    1: (False, ()), 2: (False, (1,)), 3: (False, (0, 1)), 4: (False, (0,)),
    5: (True, ()), 6: (True, (1,)), 7: (True, (0, 1)), 8: (True, (0,)),
}  # fmt: skip


def orientation_of(exif: bytes) -> int:
    """The orientation, 1 to 8, that an EXIF block asks viewers for; 1, as stored, where it says nothing sensible."""
    if not exif:
        return 1
    from PIL import Image

    block = Image.Exif()
    try:
        block.load(exif)
        value = block.get(274, 1)
    except Exception:  # a damaged block, which is carried along unread
        return 1
    return value if value in _TURNS else 1


def upright(array: np.ndarray, orientation: int) -> np.ndarray:
    """``array`` (H, W) or (H, W, C) as stored, turned as viewers show it."""
    exchanged, reversed_axes = _TURNS[orientation]
    return np.ascontiguousarray(np.flip(np.swapaxes(array, 0, 1) if exchanged else array, reversed_axes))


def turn_as_stored(array: np.ndarray, orientation: int) -> np.ndarray:
    """The inverse of :func:`upright`."""
    exchanged, reversed_axes = _TURNS[orientation]
    flipped = np.flip(array, reversed_axes)
    return np.ascontiguousarray(np.swapaxes(flipped, 0, 1) if exchanged else flipped)
