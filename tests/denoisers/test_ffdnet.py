import torch

from preimage.denoisers import FFDNet
from tests.example import Example

EXAMPLES = {
    FFDNet: [Example(lambda: FFDNet(1, width=4, depth=3), shape=(2, 1, 9, 31))],
}


def test_published_sizes_and_names():
    assert sum(p.numel() for p in FFDNet(1).parameters()) == 485_316
    assert sum(p.numel() for p in FFDNet(3, width=96, depth=12).parameters()) == 852_108
    assert list(FFDNet(1).state_dict())[::2] == [f"model.{2 * i}.weight" for i in range(15)]


def test_one_convolution_by_hand(rng):
    """With depth 1 and only the centre tap of the sigma channel, every pixel is ``bias + weight * sigma``."""
    network = FFDNet(1, depth=1)
    with torch.no_grad():
        network.model[0].weight.zero_()
        network.model[0].weight[:, 4, 1, 1] = torch.tensor([1.0, 2.0, 3.0, 4.0])
        network.model[0].bias.fill_(0.5)
    out = network(torch.rand(2, 1, 4, 4, generator=rng), torch.tensor([0.1, 0.2]))
    cell = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).repeat(2, 2)
    expected = 0.5 + torch.tensor([0.1, 0.2]).reshape(2, 1, 1, 1) * cell
    torch.testing.assert_close(out, expected)
