"""Images and kernels that show themselves in a notebook, after ``%load_ext preimage.plot.notebook``."""

from typing import Any

from torch import Tensor

from preimage._views import image_markup

__all__ = ["load_ipython_extension", "tensor_markup"]

_CHANNELS = 4
_FORMAT = "text/html"


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext preimage.plot.notebook`` does: tensors of images are shown as pictures from now on.

    Args:
        shell: the session of IPython.
    """
    shell.display_formatter.formatters[_FORMAT].for_type(Tensor, tensor_markup)


def tensor_markup(tensor: Tensor) -> str | None:
    """A picture of each image of a batch, eight at most; ``None`` for what is no image, which stays numbers.

    Args:
        tensor: a batch of images or kernels (B, C, H, W), real or complex, with up to four channels, or one picture
            (H, W) or (C, H, W); black is 0 and white 1, or else the least and the largest value.
    """
    is_number = tensor.is_floating_point() or tensor.is_complex()
    channels = tensor.shape[-3] if tensor.ndim > 2 else 1
    if not is_number or not 2 <= tensor.ndim <= 4 or min(tensor.shape[-2:]) < 2 or not 0 < channels <= _CHANNELS:
        return None
    images = tensor[:8] if tensor.ndim == 4 else tensor[None]
    shape = "x".join(map(str, tensor.shape))
    titles = [f"{shape}, {i}" if len(images) > 1 else shape for i in range(len(images))]
    return "".join(map(image_markup, images, titles)) or None
