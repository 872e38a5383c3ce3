from importlib.metadata import distribution
from pathlib import Path

import pytest
import torch

from preimage import zoo
from preimage.errors import WeightsError
from preimage.metric import LPIPS

# The published weights of the layers, which torchmetrics carries.
HEADS = Path(distribution("torchmetrics").locate_file("torchmetrics/functional/image/lpips_models/alex.pth"))


@pytest.fixture
def features(tmp_path: Path) -> Path:
    """A file as torchvision publishes it, with other numbers."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        state = {name: value for name, value in LPIPS().state_dict().items() if name.startswith("features.")}
    torch.save({**state, "classifier.1.weight": torch.zeros(3, 2)}, tmp_path / "alexnet.pth")
    return tmp_path / "alexnet.pth"


def test_two_files_are_one_metric(features: Path) -> None:
    metric = zoo.load_lpips("alex", features, HEADS, data_range=2.0)
    state = metric.state_dict()
    assert torch.equal(state["features.3.bias"], torch.load(features, weights_only=True)["features.3.bias"])
    assert torch.equal(state["lin4.model.1.weight"], torch.load(HEADS, "cpu", weights_only=True)["lin4.model.1.weight"])
    assert not metric.training
    assert metric.data_range == 2.0


def test_what_is_missing_or_wrong_is_told(features: Path) -> None:
    with pytest.raises(WeightsError, match=r"fetch https://download.pytorch.org/models/alexnet-owt"):
        zoo.load_lpips("alex", "nothing.pth", HEADS)
    with pytest.raises(WeightsError, match=r"PerceptualSimilarity, lpips/weights/v0.1/vgg.pth"):
        zoo.load_lpips("vgg", features, "nothing.pth")
    with pytest.raises(WeightsError, match=r"the files of vgg, got alexnet.pth and alex.pth, in which features"):
        zoo.load_lpips("vgg", features, HEADS)
