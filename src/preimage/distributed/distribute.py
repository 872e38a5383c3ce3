"""One word for all: an operator, a stack of them or a denoiser becomes one that runs on several processes."""

from functools import singledispatch
from typing import overload

import torch
from torch import Tensor, nn

from preimage.denoisers import Denoiser
from preimage.distributed.agreement import require_same
from preimage.distributed.blur import ShardedBlur
from preimage.distributed.denoiser import ShardedDenoiser
from preimage.distributed.frames import FramewisePhysics
from preimage.distributed.mesh import Mesh
from preimage.distributed.mri import ShardedMRI, ShardedMultiCoilMRI
from preimage.distributed.operator import DistributedPhysics
from preimage.distributed.split import SplitStack, split_of
from preimage.errors import CapabilityError
from preimage.physics import MRI, Blur, DynamicMRI, LinearPhysics, MultiCoilMRI, Stack, Tomography

__all__ = ["distribute"]


@overload
def distribute(thing: LinearPhysics, mesh: Mesh, rows: bool = False) -> DistributedPhysics: ...


@overload
def distribute(thing: Denoiser, mesh: Mesh, rows: bool = False) -> ShardedDenoiser: ...


def distribute(thing: object, mesh: Mesh, rows: bool = False) -> object:
    """``thing`` for several processes: the same numbers, each process computing its share.

    ========================  ===============================  =======================  ================================
    of                        images                           measurements             what is sent
    ========================  ===============================  =======================  ================================
    ``Blur``, ``BlurFFT``     shared by rows (planes)          shared by rows (planes)  rows at the borders of the parts
    ``MRI``                   shared by rows (planes)          shared by columns        the spectrum, but for 1 / P
    ``MultiCoilMRI``          replicated                       shared by coils          sums of images, by the adjoint
    the same, ``rows=True``   shared by rows (planes)          shared by columns        the spectra, but for 1 / P
    ``DynamicMRI``            shared by frames                 shared by frames         nothing
    ``Tomography``            replicated                       shared by views          sums of images, by the adjoint
    ``Stack``                 replicated                       operators in turn        sums of images, by the adjoint
    a denoiser                shared by rows (planes)                                   rows in its receptive field
    ========================  ===============================  =======================  ================================

    All processes call it with the same arguments, which is checked, and then make the same calls in the same order.
    ``physics.image(x)`` and ``physics.measurement(y)`` give a process its share.

    Args:
        thing: a linear operator named above, a stack of any linear operators, or a denoiser of finite receptive field.
        mesh: the processes, from :func:`start_mesh`.
        rows: share the image by rows where it is replicated otherwise.

    Raises:
        ArgumentError: a field or parameter is another one in another process, such as weights that were drawn unseeded.
        CapabilityError: it is none of these; put operators that have no rule of their own into a stack.
    """
    if isinstance(thing, nn.Module):
        require_same(thing, mesh)
    return _by_rows(thing, mesh) if rows else _distribute(thing, mesh)


@singledispatch
def _distribute(thing: object, mesh: Mesh) -> object:
    raise CapabilityError(
        f"`thing` must be a Stack, Blur, MRI, MultiCoilMRI, DynamicMRI, Tomography or a denoiser, got "
        f"{type(thing).__name__}; put several operators into preimage.physics.stack(...)."
    )


@_distribute.register
def _(thing: Stack, mesh: Mesh) -> SplitStack:
    parts = [operator for number, operator in enumerate(thing.operators) if number % mesh.size == mesh.rank]
    return SplitStack(parts, mesh, len(thing.operators), thing.noise)


@_distribute.register
def _(thing: Tomography, mesh: Mesh) -> DistributedPhysics:
    geometry = thing.geometry
    return split_of(thing, lambda views: thing.replace(geometry=geometry.take(views)), geometry.views, mesh, 2)


@_distribute.register
def _(thing: MultiCoilMRI, mesh: Mesh) -> DistributedPhysics:
    maps = thing.maps
    return split_of(thing, lambda coils: thing.replace(maps=maps[:, coils]), maps.shape[1], mesh, 1)


@_distribute.register
def _(thing: Blur, mesh: Mesh) -> ShardedBlur:
    return ShardedBlur(thing.kernel, thing.padding, thing.method, mesh, thing.noise)


@_distribute.register
def _(thing: MRI, mesh: Mesh) -> ShardedMRI:
    return ShardedMRI(_share(thing.mask, mesh, -1), mesh, thing.noise, thing.dims)


@_distribute.register
def _(thing: DynamicMRI, mesh: Mesh) -> FramewisePhysics:
    return FramewisePhysics(thing.replace(mask=_share(thing.mask, mesh, 2)), mesh, thing.noise)


@_distribute.register
def _(thing: Denoiser, mesh: Mesh) -> ShardedDenoiser:
    return ShardedDenoiser(thing, mesh)


@singledispatch
def _by_rows(thing: object, mesh: Mesh) -> object:
    raise CapabilityError(
        f"`rows` must be False but for MultiCoilMRI, got True for {type(thing).__name__}; leave it out."
    )


@_by_rows.register
def _(thing: MultiCoilMRI, mesh: Mesh) -> ShardedMultiCoilMRI:
    maps = _share(thing.maps, mesh, 2)
    return ShardedMultiCoilMRI(_share(thing.mask, mesh, -1), maps, mesh, thing.noise, thing.dims)


def _share(field: Tensor, mesh: Mesh, dim: int) -> Tensor:
    """The part of a field that this process needs."""
    sizes = mesh.split(field.shape[dim])
    return torch.split(field, list(sizes), dim)[mesh.rank].clone()
