from types import SimpleNamespace

import torch
from torch import Tensor

from preimage.physics.kernels import gaussian_blur
from preimage.plot.notebook import load_ipython_extension, tensor_markup


class Formatter(dict):
    """What IPython has for a kind of output."""

    def for_type(self, kind: type, markup: object) -> None:
        self[kind] = markup


def test_images_and_kernels_are_pictures() -> None:
    assert (tensor_markup(gaussian_blur(1.2)) or "").count("<img") == 1
    assert (tensor_markup(torch.rand(3, 1, 8, 9)) or "").count("<img") == 3
    assert (tensor_markup(torch.rand(20, 3, 8, 9)) or "").count("<img") == 8
    assert "8x9" in (tensor_markup(torch.rand(8, 9, dtype=torch.complex64)) or "")
    assert (tensor_markup(torch.rand(3, 8, 9)) or "").count("<img") == 1


def test_other_tensors_stay_numbers() -> None:
    for tensor in (
        torch.rand(5), torch.rand(()), torch.rand(1, 9), torch.rand(64, 32, 3, 3), torch.ones(8, 8, dtype=torch.int64),
        torch.rand(1, 1, 4, 8, 8), torch.rand(0, 1, 8, 8), torch.rand(1, 0, 8, 8),
    ):  # fmt: skip
        assert tensor_markup(tensor) is None


def test_the_extension_is_loaded() -> None:
    formatter = Formatter()
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter}))
    load_ipython_extension(shell)
    assert formatter == {Tensor: tensor_markup}
