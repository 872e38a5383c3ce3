import dataclasses

import pytest

from preimage import zoo
from preimage.denoisers import Denoiser
from preimage.errors import WeightsError
from preimage.metric import NoReferenceMetric
from preimage.models import RAM
from preimage.models.dip import Generator
from preimage.zoo.table import row_of

SHIPPED = [name for name in zoo.names() if zoo.describe(name).shipped]


def test_names():
    assert zoo.names() == sorted(zoo.names())
    assert {"drunet-grey-compact", "drunet-color-compact"} <= set(SHIPPED)
    with pytest.raises(WeightsError, match=r"must be one of .*drunet-grey-compact"):
        zoo.load("drunet-gray-compact")


@pytest.mark.parametrize("name", zoo.names())
def test_rows_describe_their_network(name):
    row = zoo.describe(name)
    network = zoo.build(row)
    if isinstance(network, NoReferenceMetric):
        assert row.kind == "metric"
    elif isinstance(network, Denoiser):
        assert (network.traits.channels, network.traits.sigma_range) == (row.channels, row.sigma_range)
    elif not isinstance(network, RAM):  # which takes any channels
        assert (network.outputs if isinstance(network, Generator) else network.channels) == row.channels
    assert row.training_data
    assert row.licence
    assert row.recipe
    assert row.shipped or row.url or row.recipe.startswith("preimage train")
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.name = "other"


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


def test_a_row_has_a_known_kind():
    with pytest.raises(WeightsError, match="`kind` must be one of denoiser, reconstructor"):
        dataclasses.replace(zoo.describe("epll-grey"), kind="flow")
