"""Networks trained on several processes: on images shared by rows, on shares of batches, and shared themselves."""

import copy

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel

from preimage.denoisers import DnCNN
from preimage.distributed import Mesh, distribute, shard, sum_gradients
from preimage.optim import PGD, PnP, Unrolled
from preimage.physics import Blur, GaussianNoise
from tests.distributed.processes import failures


def problem() -> tuple[Blur, Tensor, Tensor, DnCNN]:
    rng = torch.Generator().manual_seed(0)
    physics = Blur(torch.ones(3, 3) / 9, "reflect", noise=GaussianNoise(0.1))
    x = torch.rand(4, 1, 12, 8, generator=rng)
    torch.manual_seed(0)
    return physics, x, physics(x, rng), DnCNN(1, 4, 3)


def gradients(model: nn.Module) -> list[Tensor]:
    return [parameter.grad for parameter in model.parameters() if parameter.grad is not None]


def a_network_learns_from_rows_as_from_the_whole(mesh: Mesh) -> None:
    _, x, y, network = problem()
    alone = copy.deepcopy(network)
    (alone(y, 0.1) - x).square().sum().backward()
    parallel = DistributedDataParallel(distribute(network, mesh))
    parallel.register_comm_hook(mesh, sum_gradients)
    (parallel(shard(y, mesh), 0.1) - shard(x, mesh)).square().sum().backward()
    torch.testing.assert_close(gradients(network), gradients(alone), rtol=1e-4, atol=1e-5)


def an_unrolled_network_learns_through_the_exchange(mesh: Mesh) -> None:
    physics, x, y, network = problem()
    alone = copy.deepcopy(network)
    unrolled = Unrolled(PGD(0.5), PnP(alone), 2)
    (unrolled(y, physics) - x).square().sum().backward()
    there = distribute(physics, mesh)
    shared = Unrolled(PGD(0.5), PnP(distribute(network, mesh)), 2)
    (shared(there.measurement(y), there) - there.image(x)).square().sum().backward()
    summed = [mesh.sum(gradient) for gradient in gradients(network)]
    torch.testing.assert_close(summed, gradients(alone), rtol=1e-4, atol=1e-5)


def a_network_that_is_shared_itself_learns_the_same(mesh: Mesh) -> None:
    from torch.distributed.fsdp import fully_shard

    _, x, y, network = problem()
    alone = copy.deepcopy(network)
    optimizer = torch.optim.SGD(alone.parameters(), 0.1)
    (alone(y, 0.1) - x).square().mean().backward()
    optimizer.step()
    share = slice(mesh.rank * 4 // mesh.size, (mesh.rank + 1) * 4 // mesh.size)
    network.to(memory_format=torch.contiguous_format)  # FSDP takes parameters of no other
    fully_shard(network, mesh=init_device_mesh("cpu", (mesh.size,)))
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    (network(y[share], 0.1) - x[share]).square().mean().backward()
    optimizer.step()
    for found, truth in zip(network.parameters(), alone.parameters(), strict=True):
        assert isinstance(found, DTensor)
        torch.testing.assert_close(found.full_tensor(), truth, rtol=1e-5, atol=1e-6)


CHECKS = [
    a_network_learns_from_rows_as_from_the_whole,
    an_unrolled_network_learns_through_the_exchange,
    a_network_that_is_shared_itself_learns_the_same,
]


def test_two_processes_learn_what_one_does() -> None:
    assert failures(CHECKS, 2) == {}
