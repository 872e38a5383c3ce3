"""Images computed one after the other, where they are large."""

from collections.abc import Callable, Iterable

from torch import Tensor

from preimage.machine.compiler import is_recorded

__all__ = ["one_by_one"]

_LARGE = 1 << 15  # numbers of an image, with which the cost of a call is small beside that of the numbers


def one_by_one(function: Callable[..., Tensor], *images: Tensor, uses: Iterable[Tensor] = ()) -> Tensor:
    """``function(*images)``, of large images one after the other: what it holds on the way is that of one image.

    That stays in the cache, too. Where anything is recorded for a gradient or traced, all images are computed at once.

    Args:
        function: what makes one array (B, ...) of arrays (B, ...), each image of the batch on its own.
        images: the arrays.
        uses: tensors beside them that ``function`` computes with.
    """
    batch, first = len(images[0]), images[0]
    is_plain = type(first) is Tensor and first.device.type == "cpu"
    if batch < 2 or not is_plain or max(image[0].numel() for image in images) < _LARGE or is_recorded(*images, *uses):
        return function(*images)
    part = function(*(image[:1] for image in images))
    whole = part.new_empty((batch, *part.shape[1:]))
    whole[0] = part[0]
    for index in range(1, batch):
        whole[index] = function(*(image[index : index + 1] for image in images))[0]
    return whole
