"""Networks, at the sizes at which pictures are restored."""

from collections.abc import Callable

import torch

from kernel_rows import Row

__all__ = ["ROWS"]

Call = Callable[[], object]


def denoise(name: str) -> Callable[[], Call]:
    """The network part of ``preimage restore denoise``, on a quarter of 12 MP."""

    def prepare() -> Call:
        from preimage import zoo

        try:
            from preimage.denoisers import TiledDenoiser
        except ImportError:  # the code before
            from preimage.restore import TiledDenoiser

        network = zoo.load(name)  # by the name that both codes have
        try:
            tile = network.usual_tile()
        except AttributeError:
            tile = 1024
        x = torch.rand(
            1, 3 if name.endswith("color-compact") else 1, 1500, 2000, generator=torch.Generator().manual_seed(0)
        )
        tiled = TiledDenoiser(network, tile)

        @torch.inference_mode()
        def call() -> object:
            return tiled(x, 0.1)

        return call

    return prepare


ROWS = [
    Row("denoise 1500x2000, network for colour", 0.77, denoise("drunet-color-compact")),
    Row("denoise 1500x2000, network for grey", 0.77, denoise("drunet-grey-compact")),
]
