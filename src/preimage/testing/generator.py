"""What every generator of parameters must do."""

import copy
import pickle

import torch

from preimage.physics.generators import ParameterGenerator
from preimage.testing._compare import require, require_close, require_equal, rounding, seeded
from preimage.testing._values import untouched

__all__ = ["check_generator"]


def check_generator(generator: ParameterGenerator) -> None:
    """Require of ``generator`` what :class:`preimage.physics.generators.ParameterGenerator` promises.

    Draws repeat under the same ``rng`` and differ within a batch; the first images of a batch do not depend on its
    size, nor values on the dtype; the object and global random state are left alone; copies draw the same; kernels sum
    to one.

    Raises:
        AssertionError: names the class and the property it breaks.
    """
    with untouched(generator, call="forward"):
        drawn = generator(4, seeded())
    fewer, double = generator(3, seeded()), generator(4, seeded(), dtype=torch.float64)
    for name, value in drawn.items():
        require(value.shape[0] == 4, generator, f"{name} has shape {tuple(value.shape)}, want 4 values")
        require(value.dtype == torch.float32, generator, f"{name} is {value.dtype}, want torch.float32")
        require(not torch.equal(value, value[:1].expand_as(value)), generator, f"{name} is the same for all images")
        require_equal(fewer[name], value[:3], generator, f"{name} of a smaller batch")
        require_close(double[name].float(), value, rounding(torch.float32), generator, f"{name} in float64")
        require(double[name].dtype == torch.float64, generator, f"{name} ignores `dtype`")
        for copied in (copy.deepcopy(generator), pickle.loads(pickle.dumps(generator)), generator.replace()):
            require_equal(copied(4, seeded())[name], value, generator, f"{name} drawn by a copy")
    if "kernel" in double:
        sums = double["kernel"].flatten(2).sum(-1)
        require_close(sums, torch.ones_like(sums), 1e-12, generator, "the sum of the kernels")
