"""Tensors of which each process holds a part: what is computed of them is that of the whole."""

import pytest
import torch
from torch import Tensor

from preimage.distributed import Mesh, ShardedTensor, shard, shard_of
from preimage.distributed.call import Call
from preimage.distributed.collectives import every_partial, for_all, sum_of_all
from preimage.distributed.differences import sharded_divergence, sharded_gradient
from preimage.distributed.overrides import OVERRIDES
from preimage.distributed.placement import Placement
from preimage.distributed.random_start import sharded_start
from preimage.distributed.reductions import total
from preimage.distributed.rules import answer
from preimage.errors import CapabilityError, ShapeError
from preimage.kernels.pointwise.change import change_and_size
from preimage.physics.operator.start import random_start
from preimage.transform import divergence, gradient, total_variation
from tests.distributed.processes import failures

# Rules are private functions in tables, such as `_flatten` of shapes and `_change_and_size` of overrides.
COVERS = [
    "preimage.distributed.sharded",
    "preimage.distributed.rules",
    "preimage.distributed.call",
    "preimage.distributed.shapes",
    "preimage.distributed.reductions",
    "preimage.distributed.overrides",
    "preimage.distributed.collectives",
    "preimage.distributed.differences",
    "preimage.distributed.random_start",
    "preimage.distributed.placement",
]


def image(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


def whole(x: Tensor) -> Tensor:
    assert isinstance(x, ShardedTensor), type(x)
    return x.whole()


def entry_by_entry(mesh: Mesh) -> None:
    x = image(2, 3, 9, 5)
    part = shard(x, mesh)
    scale = torch.tensor([2.0, 3.0], dtype=x.dtype).reshape(2, 1, 1, 1)
    result = torch.where(part > 0, part * scale - 1, -part).clamp(-2, 2) + torch.lerp(part, part.abs(), 0.5)
    truth = torch.where(x > 0, x * scale - 1, -x).clamp(-2, 2) + torch.lerp(x, x.abs(), 0.5)
    assert torch.equal(whole(result), truth)
    part += 1
    part.mul_(2).addcmul_(part, part)
    y = (x + 1) * 2
    torch.testing.assert_close(whole(part), y + y * y, rtol=1e-14, atol=1e-14)


def sums_are_those_of_the_whole(mesh: Mesh) -> None:
    x = image(2, 3, 9, 5)
    part = shard(x, mesh)
    torch.testing.assert_close(part.flatten(1).sum(1), x.flatten(1).sum(1), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(part.mean((1, 2, 3)), x.mean((1, 2, 3)), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(part.flatten(1).mean(1), x.flatten(1).mean(1), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(torch.linalg.vector_norm(part.flatten(1), dim=1), x.flatten(1).norm(dim=1))
    assert torch.equal(part.flatten(1).amax(1), x.flatten(1).amax(1))
    assert torch.equal(part.amin((1, 2, 3), keepdim=True), x.amin((1, 2, 3), keepdim=True))
    assert bool(part.isfinite().all())
    assert bool((part == x.max()).any())
    assert not bool((part > x.max()).any())
    assert part.numel() == x.numel()
    assert type(part.sum()) is Tensor
    assert torch.equal(whole(part.sum(1, keepdim=True)), x.sum(1, keepdim=True))
    assert torch.equal(whole(part.sum(1)), x.sum(1))
    told = mesh.gather(part.flatten(1).sum(1))
    assert all(torch.equal(told[0], other) for other in told)  # to the bit, in every process


def dimensions_move(mesh: Mesh) -> None:
    x = image(2, 3, 9, 5)
    part = shard(x, mesh)
    pairs = [
        (torch.stack([part, 2 * part]).sum(0), torch.stack([x, 2 * x]).sum(0)),
        (part[:, 1:], x[:, 1:]),
        (part[..., None], x[..., None]),
        (part[1], x[1]),
        (part.unsqueeze(1).expand(2, 4, *part.shape[1:]), x.unsqueeze(1).expand(2, 4, 3, 9, 5)),
        (part.reshape(1, 6, 1, 9, 5), x.reshape(1, 6, 1, 9, 5)),
        (part.flatten(0, 1).reshape(part.shape), x),
        (part.view(6, -1, 5), x.view(6, 9, 5)),
        (torch.cat([part, part], 1), torch.cat([x, x], 1)),
        (part.unbind(1)[2], x[:, 2]),
        (part.mT, x.mT),
        (torch.view_as_real(torch.complex(part, part)), torch.view_as_real(torch.complex(x, x))),
        (part.movedim(1, -1), x.movedim(1, -1)),
        (part.to(torch.float32).to(part), x.to(torch.float32).to(x)),
    ]
    for number, (found, truth) in enumerate(pairs):
        assert torch.equal(whole(found), truth), number
    assert type(torch.ones(1).to(part)) is Tensor


def what_is_not_known_is_refused(mesh: Mesh) -> None:
    part = shard(image(2, 3, 9, 5), mesh)
    for refused in (
        lambda: torch.fft.fft2(part),
        lambda: torch.nn.functional.conv2d(part, torch.ones(3, 3, 3, 3, dtype=part.dtype)),
        lambda: part[:, :, 1:],
        lambda: part.roll(1, 2),
        lambda: part.tolist(),
        lambda: part.flatten(1).sort(),
        lambda: torch.cat([part, part], 2),
    ):
        with pytest.raises(CapabilityError, match="must"):
            refused()
    with pytest.raises(ShapeError, match="sharded alike"):
        part + part.local
    with pytest.raises(ShapeError, match="rows"):
        shard(image(1, 1, mesh.size - 1, 4), mesh)
    with pytest.raises(ShapeError, match="`part`"):
        shard_of(image(1, 1, 100, 4), 9, mesh)
    assert torch.equal(whole(shard_of(part.local, 9, mesh)), image(2, 3, 9, 5))


def differences_are_those_of_the_whole(mesh: Mesh) -> None:
    for shape in ((2, 3, 9, 5), (1, 2, 5, 4, 6)):
        x = image(*shape)
        part = shard(x, mesh)
        slopes = gradient(part)
        assert torch.equal(whole(slopes), gradient(x))
        assert torch.equal(whole(divergence(slopes)), divergence(gradient(x)))
        for coupled, isotropic in ((False, True), (True, True), (False, False)):
            found = total_variation(part, coupled, isotropic)
            torch.testing.assert_close(found, total_variation(x, coupled, isotropic), rtol=1e-12, atol=1e-12)
        change = change_and_size(part, 2 * part)
        torch.testing.assert_close(change, change_and_size(x, 2 * x), rtol=1e-12, atol=1e-12)


def the_random_start_is_that_of_the_whole(mesh: Mesh) -> None:
    for shape in ((2, 3, 9, 5), (1, 1, 301, 503), (1, 2, 7, 30, 31), (3, 1, 16, 16)):
        for dtype in (torch.float32, torch.float64):
            x = image(*shape, dtype=dtype)
            assert torch.equal(whole(random_start(shard(x, mesh))), random_start(x)), shape


def gradients_are_those_of_the_whole(mesh: Mesh) -> None:
    x = image(2, 1, 9, 5).requires_grad_()
    weight = torch.tensor(1.5, dtype=x.dtype, requires_grad=True)
    value = total_variation(weight * x).square().sum() + (x * weight).norm()
    expected = torch.autograd.grad(value, [x, weight])
    part = shard(x.detach(), mesh).requires_grad_()
    flat = torch.linalg.vector_norm((part * weight).flatten(), dim=0)
    found = torch.autograd.grad(total_variation(weight * part).square().sum() + flat, [part, weight])
    torch.testing.assert_close(whole(found[0]), expected[0], rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(mesh.sum(found[1]), expected[1], rtol=1e-10, atol=1e-10)


def an_operation_is_asked_for_as_a_call(mesh: Mesh) -> None:
    part = shard(image(2, 3, 9, 5), mesh)
    placed = [(part, part.placement)]
    with torch._C.DisableTorchFunctionSubclass():  # pyright: ignore[reportPrivateImportUsage]
        assert answer(Call(Tensor.__iadd__, (part, 1), {}, placed))[1] == part.placement
        assert answer(Call(torch.Tensor.dim, (part,), {}, placed)) == (4, None)
        with pytest.raises(CapabilityError, match="`fft_fft`"):
            answer(Call(torch.fft.fft, (part,), {}, placed))
    assert isinstance(part.placement, Placement)
    assert part.shape[2] == part.size(2) == part.placement.total == 9
    assert part.local.shape[2] == part.placement.stop - part.placement.start


def gradients_of_what_is_replicated_are_replicated(mesh: Mesh) -> None:
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    mine = for_all(x, mesh) * (mesh.rank + 1)
    shares = torch.arange(1.0, mesh.size + 1)
    for value in (
        sum_of_all(mine, mesh),
        every_partial(mine, mesh).sum(0),
        total(mine, shard(image(1, 1, 4, 1), mesh).placement),
    ):
        assert torch.equal(value, x * shares.sum())
        assert torch.equal(
            torch.autograd.grad(value.square().sum(), x, retain_graph=True)[0], 2 * x * shares.sum() ** 2
        )


def differences_have_rules_of_their_own(mesh: Mesh) -> None:
    rules = {gradient: sharded_gradient, divergence: sharded_divergence, random_start: sharded_start}
    assert {known: OVERRIDES[known] for known in rules} == rules


CHECKS = [
    an_operation_is_asked_for_as_a_call,
    gradients_of_what_is_replicated_are_replicated,
    differences_have_rules_of_their_own,
    entry_by_entry,
    sums_are_those_of_the_whole,
    dimensions_move,
    what_is_not_known_is_refused,
    differences_are_those_of_the_whole,
    the_random_start_is_that_of_the_whole,
    gradients_are_those_of_the_whole,
]


@pytest.mark.parametrize("size", [2, 4])
def test_a_sharded_tensor_stands_for_the_whole(size: int) -> None:
    assert failures(CHECKS, size) == {}


def test_one_process_computes_the_same() -> None:
    for check in CHECKS:
        check(Mesh())


def test_a_part_says_which_it_is() -> None:
    assert repr(shard(image(1, 1, 4, 4), Mesh())) == "ShardedTensor((1, 1, 4, 4), part 0 of 1 along 2)"
