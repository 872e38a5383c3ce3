"""Where trainings start that go on from the weights of another network."""

from pathlib import Path

from torch import Tensor, nn

from preimage.errors import WeightsError

__all__ = ["load_suitable", "with_shipped"]

_WEIGHTS = Path(__file__).parents[2] / "weights"
_COMPACT = {1: "drunet-grey-compact", 3: "drunet-color-compact"}


def with_shipped(start: Path, channels: int) -> Path:
    """``start``, a file; or that of the package with this name, ``shipped`` for the compact DRUNet."""
    name = _COMPACT[channels] if str(start) == "shipped" else str(start)
    return start if start.suffix else _WEIGHTS / f"{name}.safetensors"


def load_suitable(network: nn.Module, path: Path) -> None:
    """Give ``network`` the tensors of a file that have its names and shapes; the others stay as they are.

    Raises:
        WeightsError: the file is no safetensors file, or none of its tensors suits the network.
    """
    from safetensors.torch import load_file

    try:
        found = load_file(path)
    except Exception as error:  # readers raise errors of every kind
        raise WeightsError(f"`start` must be a file of weights, got {path} ({error}); check the name.") from error
    state = network.state_dict()
    suitable: dict[str, Tensor] = {
        name: value for name, value in found.items() if name in state and value.shape == state[name].shape
    }
    if not suitable:
        raise WeightsError(f"`start` must hold weights that suit the network, got none in {path}; name another file.")
    network.load_state_dict({**state, **suitable})
