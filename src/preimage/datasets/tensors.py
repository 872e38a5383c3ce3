"""Datasets of tensors in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from preimage._tree import Measurement, leaves, tree_map
from preimage.datasets.dataset import Dataset
from preimage.datasets.sample import Sample
from preimage.errors import ArgumentError, ShapeError

__all__ = ["TensorDataset"]


@dataclass(frozen=True, eq=False)
class TensorDataset(Dataset):
    """Samples from tensors whose first dimension counts them.

    Args:
        x: the images (N, C, H, W) or (N, C, D, H, W), or ``None``.
        y: the measurements, N of them, a tensor or a (nested) tuple of tensors, or ``None``.
        params: the parameters of the physics by name, N of each, or one for all.

    Raises:
        ArgumentError: there is neither ``x`` nor ``y``.
        ShapeError: they count different numbers of samples.
    """

    x: Tensor | None = None
    y: Measurement = None
    params: Mapping[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.x is None and self.y is None:
            raise ArgumentError("`x` or `y` must be tensors, got neither; give images, measurements, or both.")
        counted = [*([] if self.x is None else [("x", self.x)])]
        counted += [("y", leaf) for leaf in ([] if self.y is None else leaves(self.y))]
        counted += [(name, value) for name, value in self.params.items()]
        for name, tensor in counted:
            one = name in self.params and tensor.shape[:1] == (1,)
            if tensor.ndim == 0 or (len(tensor) != len(self) and not one):
                raise ShapeError(
                    f"`{name}` must have {len(self)} samples along its first dimension, got shape "
                    f"{tuple(tensor.shape)}; give one for each sample."
                )

    def __len__(self) -> int:
        """The number of samples."""
        return len(leaves(self.y)[0] if self.x is None else self.x)

    def sample(self, index: int) -> Sample:
        """Views of the tensors, not copies."""
        y = None if self.y is None else tree_map(lambda leaf: leaf[index], self.y)
        params = {name: value[index if len(value) > 1 else 0] for name, value in self.params.items()}
        return Sample(None if self.x is None else self.x[index], y, params)
