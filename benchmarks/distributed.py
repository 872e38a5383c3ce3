"""What a second process gains, and what it sends: the same work by one process and by two, in turn, on two cores.

    OMP_NUM_THREADS=1 python benchmarks/distributed.py

Both processes live through the whole run; while one works alone, the other waits. Of every piece of work the fastest of
some repeats counts. ``work`` is how many times the processor seconds of one process are those of each of the two, and
``wall`` the same of times by the clock, which other programs on the machine disturb. The most that can be had at that
moment, in brackets, is what two processes reach that each do half of the work and say nothing to each other. The
results are compared, and the bytes sent with the formula: ``2 r W C B`` numbers for the halo between two neighbours, a
half of the spectrum for each transposition between two processes, one image for each adjoint of split measurements.
"""

import multiprocessing
import os
import resource
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from preimage.denoisers import DRUNet
from preimage.distributed import Mesh, ShardedTensor, Traffic, distribute, shard, shard_of, start_mesh
from preimage.fidelity import likelihood
from preimage.optim import PDHG, PGD, Tikhonov, TVPrior
from preimage.physics import Blur, BlurFFT, GaussianNoise, LinearPhysics, MultiCoilMRI, ParallelBeam, Tomography
from preimage.solve import iterate

SIDE, REPEATS, STEPS = 1024, 5, 3
PIXELS = 256  # a side of the scans


@dataclass(frozen=True)
class Work:
    """Something to compute on a mesh, half of it, and the bytes that two processes send for it, by the formula."""

    name: str
    prepare: Callable[[Mesh], Callable[[], Tensor]]
    half: Callable[[Mesh], Callable[[], Tensor]]
    formula: int


def picture(*shape: int, complex_: bool = False) -> Tensor:
    dtype = torch.complex64 if complex_ else torch.float32
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)


def steps(physics: LinearPhysics, x: Tensor, algorithm: Any, prior: Any) -> Callable[[Mesh], Callable[[], Tensor]]:
    """Some steps of an algorithm, whose step sizes are given."""
    y = physics.A(x)

    def prepare(mesh: Mesh) -> Callable[[], Tensor]:
        there = distribute(physics, mesh)
        f = likelihood(there, there.measurement(y))
        start = there.image(torch.zeros_like(x))
        ready = algorithm.prepare(f, prior, start)
        return lambda: iterate(lambda state: ready.step(f, prior, state), ready.init(start), STEPS).x

    return prepare


def normal(physics: LinearPhysics, x: Tensor) -> Callable[[Mesh], Callable[[], Tensor]]:
    """``A^H A x``."""

    def prepare(mesh: Mesh) -> Callable[[], Tensor]:
        there = distribute(physics, mesh)
        share = there.image(x)
        return lambda: there.normal(share)

    return prepare


def denoise(denoiser: DRUNet, x: Tensor) -> Callable[[Mesh], Callable[[], Tensor]]:
    def prepare(mesh: Mesh) -> Callable[[], Tensor]:
        there, share = distribute(denoiser, mesh), shard(x, mesh)
        return lambda: there(share, 0.1)

    return prepare


def tasks() -> list[Work]:
    x, noise, kernel = picture(1, 1, SIDE, SIDE), GaussianNoise(0.1), torch.ones(15, 15) / 225
    row = SIDE * 4
    halo = 2 * 7 * row  # in both directions between the two
    spectrum = SIDE * (SIDE // 2 + 1) * 8
    beam = ParallelBeam(tuple(2.0 * view for view in range(90)), PIXELS)
    scan, scanned = Tomography(beam, (PIXELS, PIXELS), noise=noise), x[..., :PIXELS, :PIXELS]
    mri = MultiCoilMRI(picture(PIXELS, PIXELS) > 0, picture(8, PIXELS, PIXELS, complex_=True), noise)
    image = picture(1, 1, PIXELS, PIXELS, complex_=True)
    torch.manual_seed(0)  # the same weights in both processes
    network, narrow = DRUNet(1, (16, 32, 64, 64), 2), x[..., : SIDE // 4]
    halo_of_network = 2 * -(-(network.traits.receptive_radius or 0) // network.traits.stride) * network.traits.stride
    blur, periodic = Blur(kernel, "reflect", "direct", noise), BlurFFT(kernel, noise)
    slopes = row * (2 * STEPS)  # one row for each gradient and each divergence
    flat, tv = (PGD(0.01), Tikhonov(1.0)), (PDHG(0.01, 0.1), TVPrior(1.0))
    top, upper = x[:, :, : SIDE // 2], narrow[:, :, : SIDE // 2]
    half_scan, half_mri = scan.replace(geometry=beam.take(slice(45))), mri.replace(maps=mri.maps[:, :4])
    return [
        Work("blur 15x15, PGD", steps(blur, x, *flat), steps(blur, top, *flat), 2 * STEPS * halo),
        Work("blur 15x15, TV, PDHG", steps(blur, x, *tv), steps(blur, top, *tv), 2 * STEPS * halo + slopes),
        Work("periodic blur, PGD", steps(periodic, x, *flat), steps(periodic, top, *flat), STEPS * spectrum),
        Work("DRUNet", denoise(network, narrow), denoise(network, upper), halo_of_network * row // 4),
        Work("90 views, A^H A", normal(scan, scanned), normal(half_scan, scanned), PIXELS * PIXELS * 4 * 2),
        Work("8 coils, A^H A", normal(mri, image), normal(half_mri, image), PIXELS * PIXELS * 8 * 2),
    ]


def whole(result: Tensor) -> Tensor:
    return result.whole() if isinstance(result, ShardedTensor) else result


def sent_images(traffic: Traffic) -> int:
    """Bytes of rows, spectra and images, without those of numbers."""
    return sum(count for kind, count in traffic.sent.items() if kind != "numbers")


def timed(run: Callable[[], Tensor]) -> tuple[float, float]:
    """Wall and processor seconds."""
    began, worked = time.perf_counter(), time.process_time()
    with torch.no_grad():
        run()
    return time.perf_counter() - began, time.process_time() - worked


def compare(work: Work, rank: int) -> None:
    """One row of the table."""
    traffic = Traffic()
    alone, half, together = work.prepare(Mesh()), work.half(Mesh()), work.prepare(Mesh(rank, 2, None, traffic))
    with torch.no_grad():
        half()
        truth, found = whole(alone()), whole(together())
    error = float((found - truth).abs().max() / truth.abs().max())
    before = sent_images(traffic)
    times: dict[str, list[tuple[float, float]]] = {"one": [(0.0, 0.0)] * (rank == 1), "half": [], "two": []}
    for _ in range(REPEATS):
        for name, run in (("one", alone), ("half", half), ("two", together)):
            dist.barrier()
            if name != "one" or rank == 0:
                times[name].append(timed(run))
    numbers = torch.tensor([[*map(min, zip(*column, strict=True))] for column in times.values()], dtype=torch.float64)
    every = [torch.empty_like(numbers) for _ in range(2)]
    dist.all_gather(every, numbers)
    moved = torch.tensor((sent_images(traffic) - before) // REPEATS)
    dist.all_reduce(moved)
    if rank == 0:
        one, each, two = torch.stack(every).amax(0)
        wall, worked = (one / two).tolist()
        most_wall, most_worked = (one / each).tolist()
        print(
            f"{work.name:22s} {1e3 * one[1]:7.1f} {1e3 * two[1]:7.1f} {worked:6.2f} ({most_worked:.2f})"
            f" {wall:6.2f} ({most_wall:.2f}) {int(moved):12,d} {work.formula:12,d} {error:9.1e}",
            flush=True,
        )


def memory(rank: int, size: int) -> None:
    """How much a blur adds to the memory of a process that never sees the whole image."""
    mesh, side = Mesh(rank, size), 6000
    rows = mesh.split(side)[rank]
    blur = distribute(Blur(torch.ones(5, 5) / 25, "reflect", "direct"), mesh)
    distribute(Blur(torch.ones(5, 5) / 25, "reflect", "direct"), mesh).A(
        shard_of(torch.zeros(1, 1, mesh.split(64)[rank], 64), 64, mesh)
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    blur.A(shard_of(torch.zeros(1, 1, rows, side), side, mesh))
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    part = rows * side * 4
    print(
        f"process {rank} of {size}: part {part / 1e6:.0f} MB, added {added / 1e6:.0f} MB ({added / part:.2f} parts)",
        flush=True,
    )


def member(rank: int, port: int, job: str) -> None:
    size = 2
    os.environ.update(
        RANK=str(rank), WORLD_SIZE=str(size), LOCAL_RANK=str(rank), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port)
    )
    torch.set_num_threads(1)
    if job == "alone":
        memory(0, 1)
        return
    with start_mesh():
        memory(rank, size)
        if rank == 0:
            print(f"{'':24s} 1, ms   2, ms   work          wall         bytes      formula     error", flush=True)
        for work in tasks():
            compare(work, rank)


def main() -> None:
    for job, size in (("alone", 1), ("together", 2)):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        context = multiprocessing.get_context("spawn")
        processes = [context.Process(target=member, args=(rank, port, job)) for rank in range(size)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()


if __name__ == "__main__":
    main()
