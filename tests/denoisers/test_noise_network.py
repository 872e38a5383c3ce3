import torch

from preimage.denoisers import NoiseLevelNetwork


def test_target_and_level_are_inverse():
    sigma = torch.tensor([0.0, 0.3, 5.0, 60.0]) / 255
    torch.testing.assert_close(NoiseLevelNetwork.sigma(NoiseLevelNetwork.target(sigma)), sigma)
    assert float(NoiseLevelNetwork.sigma(torch.tensor(-9.0))) == 0


def test_a_batch_is_its_pictures_of_any_size(rng):
    network = NoiseLevelNetwork(3, width=8, blocks=1).eval()
    x = torch.rand(3, 3, 33, 20, generator=rng)
    with torch.no_grad():
        t, s = network(x)
        single = torch.cat([network(x[i : i + 1])[0] for i in range(3)])
    assert t.shape == s.shape == (3,)
    assert float(s.min()) > 0
    torch.testing.assert_close(t, single)


def test_brightness_alone_is_not_noise():
    """Details of a constant picture are zero, whatever its value: only the phases tell it apart from another."""
    network = NoiseLevelNetwork(1, width=8, blocks=1)
    with torch.no_grad():
        network.head.weight[:, :4] = 0
    pictures = torch.tensor([0.1, 0.9]).reshape(2, 1, 1, 1).expand(2, 1, 16, 16)
    t, _ = network(pictures)
    torch.testing.assert_close(t[0], t[1])
