import torch
from torch import Tensor

from preimage.denoisers.networks.padding import on_multiples


def test_images_are_continued_to_multiples_and_cut_again() -> None:
    sizes: list[tuple[int, ...]] = []

    def network(x: Tensor) -> Tensor:
        sizes.append(tuple(x.shape))
        return x + x.flip(-1)  # brings what is beyond the border in

    x = torch.arange(15.0).reshape(1, 1, 3, 5)
    out = on_multiples(network, x, 4)
    assert sizes == [(1, 1, 4, 8)]
    padded = torch.cat([x, x[..., -1:].expand(-1, -1, -1, 3)], -1)
    assert torch.equal(out, x + padded.flip(-1)[..., :5])
    assert on_multiples(network, torch.zeros(1, 2, 3, 4, 5), 2).shape == (1, 2, 3, 4, 5)
    assert sizes[-1] == (1, 2, 4, 4, 6)
    assert on_multiples(network, x[:0], 4).shape == (0, 1, 3, 5)
