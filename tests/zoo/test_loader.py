import dataclasses
import hashlib
import subprocess
import sys
from unittest.mock import Mock

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from preimage import zoo
from preimage.denoisers import Denoiser, DnCNN, DRUNet, EPLLDenoiser, IRCNNBank, NoiseLevelNetwork
from preimage.errors import ArgumentError, WeightsError
from preimage.models.dip import Generator
from preimage.zoo.table import WEIGHTS, row_of
from tests.data import DATA, needs_data

COVERS = ["preimage.zoo.checkpoint", "preimage.zoo.table"]

SHIPPED = [name for name in zoo.names() if zoo.describe(name).shipped]
NOISE = 25 / 255
STARTS = [name for name in SHIPPED if zoo.describe(name).kind == "generator"]
LEVELS = [name for name in SHIPPED if zoo.describe(name).kind == "noise level"]
DENOISING = [
    name
    for name in SHIPPED
    if name not in LEVELS and zoo.describe(name).sigma_range[0] <= NOISE <= zoo.describe(name).sigma_range[1]
]


def test_names():
    assert zoo.names() == sorted(zoo.names())
    assert {"drunet-grey-compact", "drunet-color-compact"} <= set(SHIPPED)
    with pytest.raises(WeightsError, match=r"must be one of .*drunet-grey-compact"):
        zoo.load("drunet-gray-compact")


@pytest.mark.parametrize("name", zoo.names())
def test_rows_describe_their_network(name):
    row = zoo.describe(name)
    network = zoo.build(row)
    if isinstance(network, Denoiser):
        assert (network.traits.channels, network.traits.sigma_range) == (row.channels, row.sigma_range)
    else:
        assert (network.outputs if isinstance(network, Generator) else network.channels) == row.channels
    assert row.training_data
    assert row.licence
    assert row.recipe
    assert row.shipped or row.url
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.name = "other"


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
    if name in STARTS:
        assert zoo.load_generator(name).outputs == row.channels
        return
    network = zoo.load(name)
    assert not network.training
    assert network.traits.channels == row.channels
    assert network.traits.sigma_range == row.sigma_range


def test_levels_of_a_row_are_noise_levels_or_those_of_jpeg():
    assert zoo.describe("drunet-grey-compact").sigma_range == (0.0, 55 / 255)
    entry = {
        "file": "f", "shipped": True, "sha256": "", "kind": "denoiser", "channels": 1,
        "network": "preimage.models:GroupSC.strided", "training_data": "t",
        "licence": "l", "recipe": "r", "quality_range": [10, 40],
        "arguments": {"channels": 1, "levels": [0.6, 0.9], "patch_stride": 3},
    }  # fmt: skip
    row = row_of("jpeg", entry)
    assert row.sigma_range == (0.6, 0.9)
    assert zoo.build(row).levels.tolist() == pytest.approx([0.6, 0.9])


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
    kinds = ("denoiser", "reconstructor", "generator", "noise level")
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


def test_importing_the_zoo_imports_no_architecture():
    code = "import sys, preimage.zoo; print([m for m in sys.modules if m.startswith(('preimage.den', 'preimage.mod'))])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_a_row_has_a_known_kind():
    with pytest.raises(WeightsError, match="`kind` must be one of denoiser, reconstructor"):
        dataclasses.replace(zoo.describe("epll-grey"), kind="flow")


def test_weights_that_do_not_ship_need_a_file():
    with pytest.raises(WeightsError, match=r"must be the file 'dncnn_25\.safetensors'"):
        zoo.load("dncnn-grey-25")


def test_another_file_than_the_tables_is_refused(tmp_path):
    save_file({"weight": torch.ones(1)}, tmp_path / "mine.safetensors")
    with pytest.raises(WeightsError, match="sha256"):
        zoo.load("drunet-grey-compact", tmp_path / "mine.safetensors")


@needs_data
def test_published_file_with_other_arguments_says_what_is_missing():
    with pytest.raises(
        WeightsError, match=r"40 tensors of DnCNN, got dncnn_25\.safetensors with 6 missing \(model\.34\."
    ):
        zoo.load_file(DATA / "weights" / "dncnn_25.safetensors", DnCNN(1, depth=20))


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_round_trip_of_a_file(tmp_path, suffix):
    torch.manual_seed(1)
    network, path = DnCNN(1, width=4, depth=3), tmp_path / f"net{suffix}"
    state = {name: value.contiguous() for name, value in network.state_dict().items()}
    if suffix == ".pth":
        torch.save(state, path)
    else:
        save_file(state, path)
    loaded = zoo.load_file(path, DnCNN(1, width=4, depth=3))
    x = torch.rand(1, 1, 8, 8)
    assert torch.equal(loaded(x, 0.1), network.eval()(x, 0.1))


def test_bank_of_nested_dictionaries(tmp_path):
    """The published bank is one file: a dictionary of 25 state dictionaries named 0 ... 24."""
    torch.manual_seed(1)
    bank = IRCNNBank(1, width=2, levels=3)
    torch.save({str(i): bank.get_submodule(str(i)).state_dict() for i in range(3)}, tmp_path / "bank.pth")
    loaded = zoo.load_file(tmp_path / "bank.pth", IRCNNBank(1, width=2, levels=3))
    x = torch.rand(1, 1, 8, 8)
    assert torch.equal(loaded(x, 3 / 255), bank(x, 3 / 255))


def test_shapes_are_checked(tmp_path):
    torch.save(DnCNN(1, width=4, depth=3).state_dict(), tmp_path / "net.pth")
    with pytest.raises(WeightsError, match=r"'model.0.weight' of shape \(8, 1, 3, 3\), got \(4, 1, 3, 3\)"):
        zoo.load_file(tmp_path / "net.pth", DnCNN(1, width=8, depth=3))


@pytest.mark.parametrize(
    "name", ["junk.safetensors", "junk.pth", "missing.pth", "missing.safetensors", "code.pth", "list.pth"]
)
def test_damaged_files_are_refused_without_running_code(tmp_path, name):
    if name.startswith("junk"):
        (tmp_path / name).write_bytes(b"not weights at all")
    if name.startswith("code"):
        torch.save({"network": DnCNN(1, width=2, depth=2)}, tmp_path / name)
    if name.startswith("list"):
        torch.save([torch.ones(1)], tmp_path / name)
    with pytest.raises(WeightsError, match="`path` must"):
        zoo.load_file(tmp_path / name, DnCNN(1, width=2, depth=2))
    if name.startswith("missing"):
        with pytest.raises(WeightsError, match="readable file"):
            zoo.load("dncnn-grey-25", tmp_path / name)


@pytest.mark.parametrize("kind", ["sparse", "complex", "meta"])
def test_tensors_that_are_no_plain_numbers_are_refused(tmp_path, kind):
    network = DnCNN(1, 2, 4)
    made = {"sparse": Tensor.to_sparse, "complex": lambda t: t.to(torch.complex64), "meta": lambda t: t.to("meta")}
    torch.save({name: made[kind](value) for name, value in network.state_dict().items()}, tmp_path / "w.pt")
    with pytest.raises(WeightsError, match="plain real tensors"):
        zoo.load_file(tmp_path / "w.pt", network)


def test_what_a_reader_raises_on_a_damaged_file_is_the_packages_error(tmp_path, monkeypatch):
    (tmp_path / "w.pt").write_bytes(b"damaged")
    for error in (KeyError("storage"), IndexError(), RecursionError("deep"), AttributeError("x")):
        monkeypatch.setattr(torch, "load", Mock(side_effect=error))
        with pytest.raises(WeightsError, match="fetch it again"):
            zoo.load_file(tmp_path / "w.pt", DnCNN(1, 2, 4))


def test_unknown_kind_of_file(tmp_path):
    with pytest.raises(ArgumentError, match="must end in"):
        zoo.load_file(tmp_path / "net.onnx", DnCNN(1, width=2, depth=2))
