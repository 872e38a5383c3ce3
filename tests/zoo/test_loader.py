import hashlib

import pytest
import torch
from safetensors.torch import save_file

from preimage import zoo
from preimage.denoisers import DRUNet, EPLLDenoiser, NoiseLevelNetwork
from preimage.errors import WeightsError
from preimage.models import RAM
from preimage.models.dip import Generator
from preimage.zoo.table import WEIGHTS

SHIPPED = [name for name in zoo.names() if zoo.describe(name).shipped]


NOISE = 25 / 255


STARTS = [name for name in SHIPPED if zoo.describe(name).kind == "generator"]


RECONSTRUCTORS = [name for name in SHIPPED if zoo.describe(name).kind == "reconstructor"]


METRICS = [name for name in SHIPPED if zoo.describe(name).kind == "metric"]


LEVELS = [name for name in SHIPPED if zoo.describe(name).kind == "noise level"]


DENOISING = [
    name
    for name in SHIPPED
    if name not in (*LEVELS, *METRICS, *RECONSTRUCTORS)
    and zoo.describe(name).artefact == "noise"
    and zoo.describe(name).sigma_range[0] <= NOISE <= zoo.describe(name).sigma_range[1]
]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights(name):
    row = zoo.describe(name)
    path = WEIGHTS / row.file
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == row.sha256
    assert len(content) < 8_000_000
    if name in LEVELS:
        assert zoo.load_noise_level(name).channels == row.channels
        return
    if name in METRICS:
        assert len(content) < 200_000
        assert not zoo.load_metric(name).training
        return
    if name in STARTS:
        assert zoo.load_generator(name).outputs == row.channels
        return
    if name in RECONSTRUCTORS:
        network = zoo.load_reconstructor(name)
        assert not network.training
        assert isinstance(network, RAM) or network.channels == row.channels
        return
    network = zoo.load(name)
    assert not network.training
    assert network.traits.channels == row.channels
    assert network.traits.sigma_range == row.sigma_range


@pytest.mark.parametrize("name", DENOISING)
def test_shipped_weights_denoise(name, rng):
    """A ramp with an edge under noise: far closer to the truth than its noisy version."""
    network = zoo.load(name)
    ramp = torch.linspace(0.2, 0.8, 64).expand(1, network.traits.channels, 64, 64).clone()
    ramp[..., 20:40, 20:40] = 0.1
    noisy = ramp + NOISE * torch.randn(ramp.shape, generator=rng)
    with torch.no_grad():
        error = (network(noisy, NOISE) - ramp).square().mean()
    factor = 30 if name.startswith("drunet") else 20  # patches see less than networks
    assert error < (noisy - ramp).square().mean() / factor


@pytest.mark.parametrize("name", STARTS)
def test_shipped_weights_fill_in(name, rng):
    """A ramp with an edge of which half of the pixels are missing: far closer to the truth than its mean."""
    network = zoo.load_generator(name)
    ramp = torch.linspace(0.2, 0.8, 64).expand(1, network.outputs, 64, 64).clone()
    ramp[..., 20:40, 20:40] = 0.1
    seen = (torch.rand(64, 64, generator=rng) < 0.5).expand_as(ramp)
    with torch.no_grad():
        drawn = network(torch.cat([ramp * seen, seen.float()], 1))
    error = (drawn - ramp).where(~seen, 0).square().sum() / (~seen).sum()
    assert error < 0.05 * ramp.var()


@pytest.mark.parametrize("name", LEVELS)
def test_shipped_weights_tell_the_noise(name, rng):
    network = zoo.load_noise_level(name)
    ramp = torch.linspace(0.2, 0.8, 64).expand(1, network.channels, 64, 64)
    with torch.no_grad():
        t, s = network(torch.cat([ramp + level * torch.randn(ramp.shape, generator=rng) for level in (0, 0.02, 0.1)]))
    assert network.sigma(t).tolist() == pytest.approx([0, 0.02, 0.1], rel=0.2, abs=0.5 / 255)
    assert float(s.max()) < 0.5


def test_denoisers_and_starts_are_not_taken_for_each_other():
    with pytest.raises(WeightsError, match=r"must be a denoiser, got 'fill-grey'; .*load_generator"):
        zoo.load_denoiser("fill-grey")
    with pytest.raises(WeightsError, match=r"fill-grey or fill-color, got 'drunet-grey-compact'"):
        zoo.load_generator("drunet-grey-compact")
    with pytest.raises(WeightsError, match=r"must be weights that tell a noise level, got 'fill-grey'"):
        zoo.load_noise_level("fill-grey")


def test_one_load_gives_what_it_is():
    assert isinstance(zoo.load("epll-grey"), EPLLDenoiser)
    assert isinstance(zoo.load("fill-grey"), Generator)
    assert isinstance(zoo.load("noise-level-grey"), NoiseLevelNetwork)
    kinds = ("denoiser", "reconstructor", "generator", "noise level", "metric")
    assert sorted(name for kind in kinds for name in zoo.names(kind)) == zoo.names()
    with pytest.raises(WeightsError, match=r"must be a reconstructor, got 'epll-grey'; .*load_denoiser"):
        zoo.load_reconstructor("epll-grey")


def test_a_file_is_loaded_as_what_fits_it(tmp_path):
    row = zoo.describe("fill-grey")
    assert isinstance(zoo.load(WEIGHTS / row.file), Generator)
    network = zoo.build(zoo.describe("drunet-color-compact"))
    save_file({name: value.contiguous() for name, value in network.state_dict().items()}, tmp_path / "mine.safetensors")
    state = torch.get_rng_state()
    loaded = zoo.load(str(tmp_path / "mine.safetensors"))
    assert torch.equal(torch.get_rng_state(), state)
    assert isinstance(loaded, DRUNet)
    assert torch.equal(loaded.m_head.weight, network.state_dict()["m_head.weight"])
    save_file({"weight": torch.ones(1)}, tmp_path / "other.safetensors")
    with pytest.raises(WeightsError, match="whose 1 tensors fit none of them"):
        zoo.load(tmp_path / "other.safetensors")


def test_weights_that_do_not_ship_need_a_file():
    with pytest.raises(WeightsError, match=r"must be the file 'dncnn_25\.safetensors'"):
        zoo.load("dncnn-grey-25")


def test_another_file_than_the_tables_is_refused(tmp_path):
    save_file({"weight": torch.ones(1)}, tmp_path / "mine.safetensors")
    with pytest.raises(WeightsError, match="sha256"):
        zoo.load("drunet-grey-compact", tmp_path / "mine.safetensors")
