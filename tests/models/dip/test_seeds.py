import pytest
import torch

from preimage.models.dip import Fit, NoiseInput, SkipNet, scales
from preimage.models.dip.network_fit import NetworkFit
from preimage.models.dip.seeds import seeded_generator


def test_seeds_and_uses_have_numbers_of_their_own_that_repeat():
    drawn = [
        torch.rand(50, generator=seeded_generator(seed, use)) for seed in (0, 1, 2**40) for use in ("input", "held out")
    ]
    assert torch.equal(drawn[0], torch.rand(50, generator=seeded_generator(0, "input")))
    for index, one in enumerate(drawn):
        for other in [*drawn[:index], torch.rand(50, generator=torch.Generator().manual_seed(0))]:
            assert not bool((one == other).any())


@pytest.mark.parametrize("seed", [0, 3])
def test_the_input_does_not_tell_numbers_drawn_with_the_same_seed(seed):
    """Neither uniform nor normal ones, which are made of uniform ones."""
    like = torch.zeros(1, 3, 32, 32)
    network = lambda inputs, outputs: SkipNet(inputs, outputs, scales((4, 4), 2))  # noqa: E731
    z = NetworkFit(network, NoiseInput(), Fit(precision="float32"), like, seed)._input(1)[0, :3]
    uniform = torch.rand(like.shape, generator=torch.Generator().manual_seed(seed))[0]
    normal = torch.randn(like.shape, generator=torch.Generator().manual_seed(seed))[0]
    # The radius of Box and Muller's method is a function of one of the two uniform numbers.
    radius = (normal.flatten().unflatten(0, (-1, 2, 8)).square().sum(1)).flatten()
    told = torch.stack([10 * z.flatten().unflatten(0, (-1, 2, 8))[:, part].flatten() for part in (0, 1)])
    for values, others in ((10 * z.flatten()[None], uniform.flatten()), (told, radius)):
        for value in values:
            assert abs(float(torch.corrcoef(torch.stack([value, others]))[0, 1])) < 0.12
