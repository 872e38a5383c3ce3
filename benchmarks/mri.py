"""MRI: operators against the least that they could cost, one thread, processor seconds, the least of several.

    python benchmarks/mri.py [--coils 8] [--size 256] [--repeats 7]

Cartesian sampling against a bare FFT with the multiplications by maps and mask; the non-uniform transform of 50,000
radial samples against FINUFFT called directly with the same tolerance; A^H A as a convolution against A and then A^H.
What is compared alternates.
"""

import argparse
import math
import time
from collections.abc import Callable

import finufft
import torch
from torch import Tensor

from preimage.physics import MultiCoilMRI, NonCartesianMRI, coils, trajectories

ROW = "{:44s}{:>10.1f} ms{:>10.1f} ms   ratio {:.2f}   (wanted {})"


def least(*functions: Callable[[], object], repeats: int) -> list[float]:
    """The least processor time of each, in milliseconds, called in turn."""
    found = [math.inf] * len(functions)
    for round_ in range(repeats + 1):
        for index, function in enumerate(functions):
            start = time.process_time()
            function()
            if round_:
                found[index] = min(found[index], 1e3 * (time.process_time() - start))
    return found


def row(name: str, ours: Callable[[], object], floor: Callable[[], object], wanted: str, repeats: int) -> None:
    """Print one comparison."""
    mine, other = least(ours, floor, repeats=repeats)
    print(ROW.format(name, mine, other, mine / other, wanted))


def cartesian(size: int, count: int, repeats: int) -> None:
    """``A`` and ``A_adjoint`` against FFT, maps and mask, which know nothing of the origin in the middle."""
    maps = coils.birdcage((size, size), count)
    mask = (torch.rand(size, generator=torch.Generator().manual_seed(0)) < 0.3).float().expand(size, size)
    physics = MultiCoilMRI(mask, maps)
    x = torch.randn(1, 1, size, size, dtype=torch.complex64)
    y, back = physics.A(x), maps.conj().resolve_conj()

    def forth() -> Tensor:
        return torch.fft.fftn(maps * x, dim=(-2, -1), norm="ortho") * mask

    def adjoint() -> Tensor:
        return (back * torch.fft.ifftn(mask * y, dim=(-2, -1), norm="ortho")).sum(1, keepdim=True)

    row(f"MultiCoilMRI.A, {size}x{size}", lambda: physics.A(x), forth, "1.15", repeats)
    row(f"MultiCoilMRI.A_adjoint, {size}x{size}", lambda: physics.A_adjoint(y), adjoint, "1.15", repeats)


def radial(size: int, count: int, repeats: int) -> None:
    """50,000 samples on 200 lines."""
    trajectory = trajectories.golden_angle(200, 250).float()
    physics = NonCartesianMRI(trajectory, (size, size), coils.birdcage((size, size), count))
    single = NonCartesianMRI(trajectory, (size, size))
    angles = [(2 * math.pi * axis).contiguous().numpy() for axis in trajectory.reshape(-1, 2).unbind(-1)]
    images = torch.randn(count, 1, size, size, dtype=torch.complex64)
    x = images[:1]
    samples = single.A(images)
    normal = physics.normal_map(x)
    bare, measured = images[:, 0].numpy(), samples.reshape(count, -1).numpy()
    options = {"eps": 1e-5, "nthreads": 1}
    row(
        f"NonCartesianMRI.A, {count} transforms, {size}x{size}",
        lambda: single.A(images),
        lambda: finufft.nufft2d2(*angles, bare, isign=-1, **options),
        "1.10 of finufft",
        repeats,
    )
    row(
        "NonCartesianMRI.A_adjoint",
        lambda: single.A_adjoint(samples),
        lambda: finufft.nufft2d1(*angles, measured, (size, size), isign=1, **options),
        "1.10 of finufft",
        repeats,
    )
    row(
        "NonCartesianMRI.normal_map, in a loop",
        lambda: normal(x),
        lambda: physics.A_adjoint(physics.A(x)),
        "0.33 of A and A_adjoint",
        repeats,
    )
    row(
        "NonCartesianMRI.normal, once",
        lambda: physics.normal(x),
        lambda: physics.A_adjoint(physics.A(x)),
        "1.00 of A and A_adjoint",
        repeats,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--coils", type=int, default=8)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with torch.no_grad():
        cartesian(320, options.coils, options.repeats)
        radial(options.size, options.coils, options.repeats)


if __name__ == "__main__":
    main()
