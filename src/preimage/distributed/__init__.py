"""Images and measurements shared by several processes or devices: the same numbers as on one."""

from preimage.distributed.checkpoint import load_state, save_state
from preimage.distributed.denoiser import ShardedDenoiser, sum_gradients
from preimage.distributed.distribute import distribute
from preimage.distributed.mesh import Mesh, Traffic, start_mesh
from preimage.distributed.operator import DistributedPhysics
from preimage.distributed.sharded import ShardedTensor, shard, shard_of

__all__ = [
    "DistributedPhysics",
    "Mesh",
    "ShardedDenoiser",
    "ShardedTensor",
    "Traffic",
    "distribute",
    "load_state",
    "save_state",
    "shard",
    "shard_of",
    "start_mesh",
    "sum_gradients",
]
