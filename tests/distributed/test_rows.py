"""Rows that processes borrow, and what is sent: the formula of the halo, to the byte."""

from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from preimage.denoisers import DnCNN
from preimage.distributed import Mesh, Traffic, distribute, shard
from preimage.distributed.placement import Placement
from preimage.distributed.rows import Rows, fold_rows, take_rows
from preimage.fidelity import likelihood
from preimage.optim import PDHG, TVPrior
from preimage.physics import MRI, Blur, BlurFFT, GaussianNoise
from preimage.solve import iterate
from tests.distributed.processes import failures


def image(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


def rows_come_from_where_they_are(mesh: Mesh) -> None:
    x = image(2, 9, 3)
    part = shard(x, mesh, 1)
    asked = [Rows(0, 9), Rows(3, 5, (8, -1, 0), (8, 8)), Rows(4, 4, (1,), (-1,)), Rows(8, 9, (), (0,))][: mesh.size]
    rows = take_rows(part.local, part.placement, tuple(asked))
    mine = asked[mesh.rank]
    expected = [*mine.before, *range(mine.start, mine.stop), *mine.after]
    truth = torch.stack([x[:, row] if row >= 0 else 0 * x[:, 0] for row in expected], 1)
    assert torch.equal(rows, truth)


def to_fold_is_the_adjoint_of_to_take(mesh: Mesh) -> None:
    place = Placement(mesh, 1, mesh.split(9))
    asked = tuple([Rows(0, 9), Rows(3, 5, (8, -1, 0), (8, 8)), Rows(4, 4, (1,), (-1,)), Rows(8, 9)][: mesh.size])
    x = image(2, place.lengths[mesh.rank], 3).requires_grad_()
    taken = take_rows(x, place, asked)
    y = image(*taken.shape)
    inner = mesh.sum((taken * y).sum())
    torch.testing.assert_close(mesh.sum((x * fold_rows(y, place, asked)).sum()), inner)
    gradient = torch.autograd.grad((taken * y).sum(), x, create_graph=True)[0]
    assert torch.equal(gradient, fold_rows(y, place, asked))


def told(mesh: Mesh) -> tuple[Mesh, Traffic]:
    traffic = Traffic()
    return Mesh(mesh.rank, mesh.size, mesh.group, traffic), traffic


def what_is_sent_is_the_formula(mesh: Mesh) -> None:
    batch, channels, height, width, radius = 2, 3, 40, 8, 3
    x = image(batch, channels, height, width, dtype=torch.float32)
    row = width * channels * batch * 4
    kernel = torch.ones(2 * radius + 1, 5)
    pairs = mesh.size - 1
    for padding, neighbours in (("zero", pairs), ("reflect", pairs), ("replicate", pairs), ("circular", mesh.size)):
        counted, traffic = told(mesh)
        blur = distribute(Blur(kernel, padding, "direct"), counted)
        share = blur.image(x)
        blur.A(share)
        sent = mesh.sum(torch.tensor(traffic.sent.get("rows", 0))).item()
        assert sent == 2 * radius * row * neighbours, padding  # in both directions between neighbours
        blur.A_adjoint(share)
        assert mesh.sum(torch.tensor(traffic.sent.get("rows", 0))).item() == 2 * sent
    counted, traffic = told(mesh)
    distribute(DnCNN(channels, 4, 5), counted)(shard(x, counted), 0.1)
    assert mesh.sum(torch.tensor(traffic.sent.get("rows", 0))).item() == 2 * 5 * row * pairs
    counted, traffic = told(mesh)
    TVPrior(1.0).linear(shard(x, counted))
    assert mesh.sum(torch.tensor(traffic.sent.get("rows", 0))).item() == row * pairs


def a_spectrum_is_sent_but_for_one_part(mesh: Mesh) -> None:
    x = image(2, 1, 8, 8, dtype=torch.float32)
    kept = (mesh.size - 1) / mesh.size
    counted, traffic = told(mesh)
    mri = distribute(MRI(torch.ones(8, 8)), counted)
    y = mri.A(mri.image(x.to(torch.complex64)))
    assert mesh.sum(torch.tensor(traffic.sent["transposition"])).item() == kept * x.numel() * 8
    mri.A_adjoint(y)
    assert mesh.sum(torch.tensor(traffic.sent["transposition"])).item() == 2 * kept * x.numel() * 8
    counted, traffic = told(mesh)
    blur = distribute(BlurFFT(torch.ones(3, 3)), counted)
    blur.solve_shifted(blur.image(image(2, 1, 8, 14, dtype=torch.float32)), 1.0)
    assert mesh.sum(torch.tensor(traffic.sent["transposition"])).item() == 2 * kept * 2 * 8 * 8 * 8


class Largest(TorchDispatchMode):
    """Notes the most bytes that one tensor has among all that are made."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for item in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(item, Tensor):
                self.bytes = max(self.bytes, item.numel() * item.element_size())
        return result


def no_process_holds_more_than_its_part_and_halo(mesh: Mesh) -> None:
    height, width, radius = 64, 32, 2
    rows = height // mesh.size
    x = image(1, 1, height, width)
    blur = distribute(Blur(torch.ones(5, 5, dtype=x.dtype), "reflect", "direct", GaussianNoise(1.0)), mesh)
    share = blur.image(x)
    with Largest() as largest:
        blur.normal(share)
    assert largest.bytes == (rows + 2 * radius) * (width + 4) * 8  # the columns are mirrored, too
    periodic = distribute(BlurFFT(torch.ones(5, 5, dtype=x.dtype)), mesh)
    with Largest() as largest:
        periodic.solve_shifted(share, 1.0)
    spectrum = (width // 2 + 1) * 16
    assert largest.bytes <= max(rows * spectrum, height * -(-(width // 2 + 1) // mesh.size) * 16)
    f, g = likelihood(blur, share), TVPrior(1.0)
    algorithm = PDHG(0.1, 0.1).prepare(f, g, share)
    with Largest() as largest:
        iterate(lambda state: algorithm.step(f, g, state), algorithm.init(share), 3)
    assert largest.bytes <= max(2 * (rows + 1) * width, (rows + 2 * radius) * (width + 4)) * 8  # two directions


CHECKS = [
    no_process_holds_more_than_its_part_and_halo,
    rows_come_from_where_they_are,
    to_fold_is_the_adjoint_of_to_take,
    what_is_sent_is_the_formula,
    a_spectrum_is_sent_but_for_one_part,
]


def test_rows_travel_between_four_processes() -> None:
    assert failures(CHECKS, 4) == {}
