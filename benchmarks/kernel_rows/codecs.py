"""Codecs and what uses them: random histories of pictures for training."""

from collections.abc import Callable
from functools import partial

import torch

from kernel_rows import Row


def compression() -> Callable[[], object]:
    from preimage.physics import JPEG

    x = torch.rand(1, 3, 512, 512)
    return lambda: JPEG(75).A(x)


def history(name: str, side: int) -> Callable[[], object]:
    from preimage import degradations

    pipeline = degradations.scunet(64, resize=(0.7, 1.4)) if name == "scunet" else degradations.bsrgan(int(name[-1]))
    x = torch.rand(1, 3, side, side)

    def draw_some() -> None:
        generator = torch.Generator().manual_seed(0)
        for _ in range(20):
            pipeline.draw(generator)(x)

    return draw_some


ROWS = [
    Row("JPEG of 3x512x512, quality 75", 0.2, compression),
    Row("20 histories of SCUNet, 170x170 to 64x64", 0.8, partial(history, "scunet", 170)),
    Row("20 histories of BSRGAN, 128x128 to 64x64", 0.8, partial(history, "bsrgan2", 128)),
    Row("20 histories of BSRGAN, 256x256 to 64x64", 0.8, partial(history, "bsrgan4", 256)),
]
