from pathlib import Path

import torch

from preimage.denoisers import DRUNet, DRUNet3D
from tests.denoisers.networks.counts import loads_what_it_saves, names, parameters
from tests.example import Example


def tiny(channels: int = 1) -> DRUNet3D:
    torch.manual_seed(0)
    return DRUNet3D(channels, (2, 3, 4, 5), 1)


EXAMPLES = {DRUNet3D: [Example(tiny, (2, 1, 5, 9, 6)), Example(lambda: tiny(2), (2, 2, 3, 4, 5))]}


def test_its_layers_are_those_of_drunet(tmp_path: Path) -> None:
    sizes = ((4, 5, 6, 7), 2)
    assert names(lambda: DRUNet3D(1, *sizes)) == names(lambda: DRUNet(1, *sizes))
    assert parameters(DRUNet3D) == 12_413_472  # counted here; no such network is published
    loads_what_it_saves(tiny, tmp_path)


def test_with_the_middle_planes_alone_it_is_drunet_on_every_slice(rng: torch.Generator) -> None:
    """Kernels that see one plane only, and halve and double the stack by its first slice."""
    torch.manual_seed(0)
    flat, deep = DRUNet(1, (2, 3, 4, 5), 1), tiny()
    state = {}
    for name, weight in flat.state_dict().items():
        wide = deep.state_dict()[name].new_zeros(deep.state_dict()[name].shape)
        if weight.shape[-1] == 3:
            wide[:, :, 1] = weight
        elif "m_up" in name:
            wide[:] = weight[:, :, None]
        else:
            wide[:, :, 0] = weight
        state[name] = wide
    deep.load_state_dict(state)
    x = torch.rand(1, 1, 1, 12, 9, generator=rng).expand(-1, -1, 4, -1, -1)
    wanted = flat(x[:, :, 0], 0.1)[:, :, None].expand(-1, -1, 4, -1, -1)
    torch.testing.assert_close(deep(x, 0.1), wanted)


def test_it_is_homogeneous(rng: torch.Generator) -> None:
    x = torch.rand(1, 1, 8, 8, 8, generator=rng)
    torch.testing.assert_close(tiny()(3 * x, 0.3), 3 * tiny()(x, 0.1))
