"""Published weights of LPIPS, from two files."""

from pathlib import Path

from preimage.errors import WeightsError
from preimage.metric import LPIPS
from preimage.zoo.checkpoint import read_tensors

__all__ = ["load_lpips"]

_FEATURES = {"alex": "alexnet-owt-7be5be79.pth", "vgg": "vgg16-397923af.pth"}


def load_lpips(network: str, features: str | Path, heads: str | Path, data_range: float = 1.0) -> LPIPS:
    """LPIPS with the weights of torchvision's network and the published weights of its layers; nothing is downloaded.

    Args:
        network: ``"alex"`` or ``"vgg"``.
        features: ``alexnet-owt-7be5be79.pth`` or ``vgg16-397923af.pth`` of https://download.pytorch.org/models/.
        heads: ``alex.pth`` or ``vgg.pth``, version 0.1, of https://github.com/richzhang/PerceptualSimilarity, folder
            ``lpips/weights/v0.1``.
        data_range: see :class:`preimage.metric.LPIPS`.

    Raises:
        ArgumentError: no such network.
        WeightsError: a file is missing, or is another than that; the message says where to get it.
    """
    metric = LPIPS(network, data_range)
    for name, path, source in (
        ("features", features, f"https://download.pytorch.org/models/{_FEATURES[network]}"),
        ("heads", heads, f"https://github.com/richzhang/PerceptualSimilarity, lpips/weights/v0.1/{network}.pth"),
    ):
        if not Path(path).is_file():
            raise WeightsError(f"`{name}` must be a file, got {path}, which is not there; fetch {source}.")
    found = {**read_tensors(features), **read_tensors(heads)}
    found = {name: value for name, value in found.items() if not name.startswith("classifier.")}
    wanted = {name: value.shape for name, value in metric.state_dict().items()}
    if {name: value.shape for name, value in found.items()} != wanted:
        wrong = sorted(name for name in {*found, *wanted} if name not in found or wanted.get(name) != found[name].shape)
        raise WeightsError(
            f"`features` and `heads` must be the files of {network}, got {Path(features).name} and {Path(heads).name}, "
            f"in which {', '.join(wrong[:3])} is missing or of another shape; fetch {_FEATURES[network]}."
        )
    metric.load_state_dict(found)
    return metric.eval()
