import pytest
import torch

from preimage.denoisers import IRCNN, IRCNNBank
from preimage.errors import ShapeError
from tests.example import Example

EXAMPLES = {
    IRCNN: [Example(lambda: IRCNN(3, width=4), shape=(2, 3, 9, 37))],
    IRCNNBank: [Example(lambda: IRCNNBank(3, width=4, levels=25), shape=(2, 3, 9, 37))],
}


def test_published_sizes():
    assert sum(p.numel() for p in IRCNN(1).parameters()) == 185_857
    assert sum(p.numel() for p in IRCNN(3).parameters()) == 188_163
    assert sum(p.numel() for p in IRCNNBank(1).parameters()) == 25 * 185_857


def test_layer_names_and_dilations_of_the_published_checkpoint():
    network = IRCNN(1)
    assert list(network.state_dict()) == [f"model.{2 * i}.{part}" for i in range(7) for part in ("weight", "bias")]
    assert [layer.dilation[0] for layer in network.model[::2]] == [1, 2, 3, 4, 3, 2, 1]
    assert "24.model.12.bias" in IRCNNBank(3, width=2).state_dict()


def test_bank_takes_the_net_of_the_level():
    bank = IRCNNBank(1, width=2)
    levels = torch.tensor([0.0, 1, 2, 2.1, 3, 4, 25, 26, 49, 50, 80]) / 255
    assert bank.index(levels).tolist() == [0, 0, 0, 1, 1, 1, 12, 12, 24, 24, 24]


def test_batch_with_several_levels_equals_one_by_one(rng):
    bank = IRCNNBank(1, width=2, levels=3)
    x = torch.rand(3, 1, 9, 8, generator=rng)
    sigma = torch.tensor([1.0, 6.0, 3.0]) / 255
    one_by_one = torch.cat([bank(x[i : i + 1], float(sigma[i])) for i in range(3)])
    torch.testing.assert_close(bank(x, sigma), one_by_one)


def test_the_bank_wants_one_level_for_all_or_one_for_each():
    with pytest.raises(ShapeError, match="one value per image"):
        IRCNNBank(1, width=2, levels=3)(torch.rand(2, 1, 8, 8), torch.tensor([0.1, 0.2, 0.3]))
