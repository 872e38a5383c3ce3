"""What a picture is, for those that look at one."""

from torch import Tensor

from preimage.errors import ShapeError

__all__ = ["check_single"]


def check_single(picture: Tensor) -> None:
    """Refuse what is not a picture (C, H, W) of real floating-point numbers.

    Raises:
        ShapeError: it is not.
    """
    if picture.ndim != 3 or not picture.is_floating_point() or 0 in picture.shape:
        raise ShapeError(
            f"`picture` must be (C, H, W), of real floating-point numbers in [0, 1], got {tuple(picture.shape)} "
            f"{picture.dtype}; give one picture of a batch at a time."
        )
