import torch
from torch import nn

from preimage.denoisers.blocks import conv_chain


def test_convolutions_have_the_even_places_and_keep_the_size() -> None:
    chain = conv_chain(2, 1, 4, [1, 2, 3])
    assert [type(layer) for layer in chain] == [nn.Conv2d, nn.ReLU, nn.Conv2d, nn.ReLU, nn.Conv2d]
    assert [(layer.in_channels, layer.out_channels, layer.dilation[0]) for layer in chain[::2]] == [
        (2, 4, 1),
        (4, 4, 2),
        (4, 1, 3),
    ]
    assert chain(torch.zeros(1, 2, 5, 7)).shape == (1, 1, 5, 7)


def test_one_layer_is_that_convolution() -> None:
    chain = conv_chain(1, 1, 9, [2])
    x = torch.zeros(1, 1, 5, 5)
    x[..., 2, 2] = 1
    (layer,) = chain
    out = (chain(x) - layer.bias).detach()
    torch.testing.assert_close(out[0, 0, ::2, ::2], layer.weight.detach()[0, 0].flip(0, 1))
    assert float(out[0, 0, 1::2].abs().max()) == 0
