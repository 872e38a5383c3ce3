import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d

from preimage.errors import ArgumentError
from preimage.metric import LPIPS
from tests.example import Example
from tests.metric.waves import waves

# Features that are compared, by the number of their convolution in torchvision's networks.
TAPS = {"alex": (0, 3, 6, 8, 10), "vgg": (2, 7, 14, 21, 28)}


def random_weights(network: str = "alex") -> LPIPS:
    """Weights of layers are not negative, as published."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        metric = LPIPS(network)
    for name, value in metric.named_parameters():
        value.requires_grad_(False)
        if name.startswith("lin"):
            value.abs_()
    return metric


EXAMPLES = {LPIPS: [Example(random_weights, shape=(2, 3, 33, 34))]}


def dense(state: dict[str, Tensor], network: str, x: Tensor) -> list[Tensor]:
    """Features by the published description: convolutions and poolings by their numbers."""
    mean, deviation = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
    x = (2 * x - 1 - mean.reshape(3, 1, 1).to(x)) / deviation.reshape(3, 1, 1).to(x)
    numbers = sorted({int(name.split(".")[1]) for name in state if name.startswith("features.")})
    found = []
    for before, number in zip([-2, *numbers], numbers, strict=False):
        if number - before == 3:
            x = max_pool2d(x, 3 if network == "alex" else 2, 2)
        weight, bias = state[f"features.{number}.weight"], state[f"features.{number}.bias"]
        first = network == "alex" and number == 0
        x = conv2d(x, weight, bias, stride=4 if first else 1, padding=2 if first else weight.shape[-1] // 2).relu()
        if number in TAPS[network]:
            found.append(x / x.square().sum(1, keepdim=True).sqrt())
    return found


@pytest.mark.parametrize("network", ["alex", "vgg"])
def test_the_definition(network: str) -> None:
    metric = random_weights(network).double()
    state, pair = metric.state_dict(), waves(3, 35, 38)
    want = torch.zeros(1, dtype=torch.float64)
    for index, (a, b) in enumerate(zip(*(dense(state, network, image) for image in pair), strict=True)):
        weights = state[f"lin{index}.model.1.weight"].reshape(-1, 1, 1)
        want += (weights * (a - b).square()).nan_to_num().sum(1).mean((1, 2))
    torch.testing.assert_close(metric(*pair), want)


def test_names_and_sizes_are_those_of_the_published_files() -> None:
    state = LPIPS("vgg").state_dict()
    assert state["features.28.weight"].shape == (512, 512, 3, 3)
    assert state["lin4.model.1.weight"].shape == (1, 512, 1, 1)
    assert len([name for name in state if name.startswith("features.")]) == 26
    assert sum(value.numel() for name, value in state.items() if name.startswith("features.")) == 14_714_688
    alex = LPIPS().state_dict()
    assert sum(value.numel() for name, value in alex.items() if name.startswith("features.")) == 2_469_696


def test_grey_is_taken_for_rgb() -> None:
    metric, pair = random_weights(), [image.float() for image in waves(1, 33, 40)]
    torch.testing.assert_close(metric(*pair), metric(*(image.expand(-1, 3, -1, -1) for image in pair)))


def test_gradient() -> None:
    metric, (x_hat, x) = random_weights().double(), waves(3, 32, 32)
    assert torch.autograd.gradcheck(lambda image: metric(image, x), x_hat.requires_grad_(), fast_mode=True)
    (zero,) = torch.autograd.grad(metric(x_hat, x_hat.detach()).sum(), x_hat)
    assert bool((zero == 0).all())


def test_refusals() -> None:
    with pytest.raises(ArgumentError, match="`network` must be alex or vgg"):
        LPIPS("squeeze")
    with pytest.raises(ArgumentError, match="`data_range` must be positive"):
        LPIPS(data_range=0.0)
