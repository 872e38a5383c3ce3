"""The networks for pictures of unknown or of any history, beside what they replace.

    python benchmarks/blind.py usr               # usr-color and 24 steps of DPIR, with the same kernels
    python benchmarks/blind.py usr-time          # their processor time for x4 of a picture of 256x256
    python benchmarks/blind.py denoise           # blind-color: white noise, noise of cameras, no noise
    python benchmarks/blind.py denoise --channels 1
    python benchmarks/blind.py going-on          # noise that goes on: restore.denoise, and octave by octave
    python benchmarks/blind.py enlarge --factor 4

Test pictures are those of Kodak24 (crops) and Set14; no network has seen them. Noise and histories follow from the
number of the picture. Processor seconds are of one thread.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from preimage import blind, restore, zoo
from preimage.datasets import load_images
from preimage.degradations import CameraStep, JPEGStep, Pipeline, bsrgan
from preimage.metric import GMSD, PSNR
from preimage.physics import Downsampling, kernels
from preimage.physics.blur.camera import camera_gaussian
from preimage.physics.kernels import gaussian_blur
from preimage.training.recipes.evaluate import denoising_psnr

LEVELS = (2 / 255, 8 / 255)


def crops(folder: Path, channels: int, side: int, every: int = 1) -> list[Tensor]:
    """The middles of the pictures of a folder, uint8 (C, side, side)."""
    found = []
    for image in load_images(folder, channels)[::every]:
        if min(image.shape[-2:]) >= side:
            top, left = ((size - side) // 2 for size in image.shape[-2:])
            found.append(image[:, top : top + side, left : left + side])
    return found


def rounded(y: Tensor) -> Tensor:
    """As eight bits keep it."""
    return (y.clamp(0, 1) * 255).round() / 255


def psnr(x: Tensor, truth: Tensor) -> float:
    """Of one picture (C, H, W), clipped."""
    return float(PSNR()(x[None].double().clamp(0, 1), truth[None].double()))


def timed(go: Callable[[], restore.Restored]) -> tuple[Tensor, float]:
    """The picture, and processor seconds."""
    started = time.process_time()
    x = go().image
    return x, time.process_time() - started


def problems(factor: int) -> Iterator[tuple[str, Tensor]]:
    """Kernels on the fine grid."""
    if factor > 1:
        yield "camera", camera_gaussian(factor)
        return
    yield "gaussian 1.6", kernels.gaussian_blur(1.6, size=15)
    yield "motion 9@30", kernels.motion_line(9.0, 30.0, 13)


def usr(data: Path, count: int) -> None:
    """PSNR in dB and processor seconds of both, whole pictures with their borders."""
    images = crops(data / "test" / "Kodak24", 3, 240)[:: max(1, 24 // count)][:count]
    for factor in (1, 2, 3, 4):
        side = 144 if factor > 1 else 96
        for name, kernel in problems(factor):
            for sigma in LEVELS:
                rows = [compared(image, factor, kernel, sigma, side, number) for number, image in enumerate(images)]
                ours, theirs, plain, mine, other = torch.tensor(rows).mean(0).tolist()
                print(
                    f"x{factor} {name:12s} {255 * sigma:.0f}/255: usr {ours:.2f}, dpir {theirs:.2f} "
                    f"({ours - theirs:+.2f}), "
                    f"bicubic {plain:.2f} dB; {mine:.2f} s, {other:.2f} s, 1/{other / mine:.0f}",
                    flush=True,
                )


def compared(image: Tensor, factor: int, kernel: Tensor, sigma: float, side: int, seed: int) -> tuple[float, ...]:
    """PSNR of usr, dpir and bicubic, and the seconds of the first two."""
    x = image[None].double() / 255
    start = (x.shape[-1] - side) // 2
    window = slice(start, start + side)
    blurred = Downsampling(kernel.double(), 1).A(x)[0, :, window, window][:, ::factor, ::factor]
    noise = torch.randn(blurred.shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    y, truth = rounded(blurred + sigma * noise).float(), x[0, :, window, window]
    found = []
    for method, steps in (("usr", None), ("dpir", 24)):
        if factor == 1:
            found.append(timed(lambda m=method, s=steps: restore.deblur(y, kernel, sigma=sigma, method=m, steps=s)))
        else:
            found.append(
                timed(lambda m=method, s=steps: restore.superresolve(y, factor, sigma=sigma, method=m, steps=s))
            )
    (ours, mine), (theirs, other) = found
    plain = F.interpolate(y[None], scale_factor=float(factor), mode="bicubic")[0]
    return psnr(ours, truth), psnr(theirs, truth), psnr(plain, truth), mine, other


def usr_time(data: Path) -> None:
    """Processor seconds for x4 of 256x256, of usr the least of two, of DPIR all 24 steps."""
    y = crops(data / "test" / "Kodak24", 3, 256)[4].float() / 255
    restore.superresolve(y[:, :16, :16], 4)
    ours = min(timed(lambda: restore.superresolve(y, 4, sigma=2 / 255))[1] for _ in range(2))
    # Not one step times 24: what is done once, for clipped samples, takes as long as several steps.
    theirs = timed(lambda: restore.superresolve(y, 4, sigma=2 / 255, method="dpir", steps=24))[1]
    print(f"x4 of 256x256: usr {ours:.2f} s, dpir {theirs:.1f} s, 1/{theirs / ours:.1f}")


def denoise(data: Path, channels: int, count: int) -> None:
    """White noise, noise of cameras and no noise."""
    colour = "color" if channels == 3 else "grey"
    ours, plain = (
        zoo.load_denoiser(f"{name}-{colour}{more}") for name, more in (("blind", ""), ("drunet", "-compact"))
    )
    images = crops(data / "test" / "Kodak24", channels, 192)[:: max(1, 24 // count)][:count]
    for level in (5, 15, 25, 50):
        mine, other = (denoising_psnr(network, images, level / 255) for network in (ours, plain))
        print(
            f"white noise {level}/255: blind-{colour} {mine:.2f}, non-blind {other:.2f} dB ({mine - other:+.2f})",
            flush=True,
        )
    rows = []
    camera = Pipeline((CameraStep(shot=(1e-3, 1.2e-2)), JPEGStep((70, 95))))
    for number, image in enumerate(images):
        y, truth = camera.draw(torch.Generator().manual_seed(100 + number))(image[None].float() / 255)
        y = rounded(y)
        level = blind.estimate_noise(y[0]).sigma
        with torch.inference_mode():
            rows.append([psnr(x[0], truth[0]) for x in (y, plain(y, level), ours(y, level))])
    noisy, other, mine = torch.tensor(rows).mean(0).tolist()
    print(
        f"cameras, estimated level: blind-{colour} {mine:.2f}, non-blind {other:.2f} dB ({mine - other:+.2f}), "
        f"noisy {noisy:.2f}"
    )
    changes = []
    for image in images:
        x = image[None].float() / 255
        changed = restore.denoise(x[0], weights=f"blind-{colour}").image - x[0]
        changes.append(255 * float(changed.square().mean().sqrt()))
    print(f"clean pictures changed by {sum(changes) / len(changes):.2f} grey levels rms, at most {max(changes):.2f}")


def going_on(data: Path, channels: int, count: int) -> None:
    """Noise that goes on from pixel to pixel: as ``restore.denoise`` takes it, and octave by octave."""
    colour = "color" if channels == 3 else "grey"
    images = crops(data / "test" / "Kodak24", channels, 256)[1 :: max(1, 24 // count)][:count]
    histories = {
        "cameras, JPEG 70 to 98": Pipeline((CameraStep(shot=(5e-4, 1.2e-2)), JPEGStep((70, 98)))),
        "white, then JPEG 60 to 85": Pipeline((JPEGStep((60, 85)),)),
        "white, then a Gaussian of 0.7": gaussian_blur(0.7), "of 1.0": gaussian_blur(1.0), "of 1.5": gaussian_blur(1.5),
    }  # fmt: skip
    for name, history in histories.items():
        rows, networks = [], 0
        for number, image in enumerate(images):
            y, truth = noisy(image[None].float() / 255, history, torch.Generator().manual_seed(900 + number))
            level = blind.estimate_noise(y)
            if level.is_white:  # told wrong, or too little of it is left
                continue
            usual = restore.denoise(y)
            octaves = restore.denoise(y, noise="camera", weights=f"drunet-{colour}-compact")
            rows.append([psnr(x, truth) for x in (y, octaves.image, usual.image)])
            networks += usual.record.resolved["weights"]["name"].startswith("blind-")
        if rows:
            means = ", ".join(f"{value:.2f}" for value in torch.tensor(rows).mean(0).tolist())
            print(f"{colour}, {name}: {len(rows)} pictures, {networks} by the network; {means} dB", flush=True)


def noisy(x: Tensor, history: Pipeline | Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """A picture (C, H, W) of eight bits, and the truth, from ``x`` (1, C, H, W)."""
    if isinstance(history, Tensor):
        side = history.shape[-1] // 2
        white = torch.randn(x.shape, generator=rng).transpose(0, 1)
        noise = F.conv2d(F.pad(white, [side] * 4, mode="circular"), history).transpose(0, 1)
        return rounded(x + 15 / 255 * noise / noise.std())[0], x[0]
    if len(history.steps) > 1:
        y, truth = history.draw(rng)(x)
        return rounded(y)[0], truth[0]
    white = torch.randn(x.shape, generator=rng)
    y, _ = history.draw(rng)((x + 12 / 255 * white).clamp(0, 1))
    return rounded(y)[0], x[0]


def enlarge(data: Path, factor: int, count: int, weights: str | None) -> None:
    """Histories of BSRGAN, and pictures that were only made smaller."""
    images = crops(data / "test" / "Set14", 3, 240) + crops(data / "test" / "Kodak24", 3, 240, 3)
    gmsd = GMSD()
    for what in ("histories", "only smaller"):
        rows = []
        for number, image in enumerate(images[:count]):
            x = image[None].float() / 255
            history = bsrgan(factor).draw(torch.Generator().manual_seed(300 + number))
            small = F.interpolate(x, scale_factor=1 / factor, mode="bicubic", antialias=True).clamp(0, 1)
            y = rounded(history(x)[0] if what == "histories" else small)
            plain = F.interpolate(y, scale_factor=factor, mode="bicubic").clamp(0, 1)
            ours = restore.superresolve(y[0], factor, method="blind", weights=weights).image[None].clamp(0, 1)
            rows.append(
                [psnr(z[0], x[0]) for z in (ours, plain)]
                + [float(gmsd(z, x)) for z in (ours, plain)]
                + [sharpness(z) / sharpness(x) for z in (ours, plain)]
            )
        mine, other, *rest = torch.tensor(rows).mean(0).tolist()
        print(
            f"x{factor}, {what}: sr-blind {mine:.2f}, bicubic {other:.2f} dB ({mine - other:+.2f}); "
            f"GMSD {rest[0]:.4f} and {rest[1]:.4f}; share of the truth's gradient {rest[2]:.2f} and {rest[3]:.2f}",
            flush=True,
        )


def sharpness(x: Tensor) -> float:
    """The mean absolute gradient."""
    return float(x.diff(dim=-1).abs().mean() + x.diff(dim=-2).abs().mean())


def main() -> None:
    """Print one of the tables."""
    parser = argparse.ArgumentParser(description="Networks for pictures of unknown history.")
    parser.add_argument("what", choices=["usr", "usr-time", "denoise", "going-on", "enlarge"])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--channels", type=int, choices=[1, 3], default=3)
    parser.add_argument("--factor", type=int, choices=[2, 4], default=4)
    parser.add_argument("--count", type=int, default=6, help="how many pictures")
    parser.add_argument("--weights", help="of enlarge: a name or a file, those that ship by default")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.what == "usr":
        usr(args.data, args.count)
    elif args.what == "usr-time":
        usr_time(args.data)
    elif args.what == "denoise":
        denoise(args.data, args.channels, args.count)
    elif args.what == "going-on":
        going_on(args.data, args.channels, args.count)
    else:
        enlarge(args.data, args.factor, args.count, args.weights)


if __name__ == "__main__":
    main()
