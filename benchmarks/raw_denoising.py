"""Raw pictures denoised before their colours are interpolated, and after, for two photographs.

    python benchmarks/raw_denoising.py PHOTO PHOTO [--size 512]

Each photograph is made linear, its middle cut out and sampled as RGGB with photons and the noise of a sensor; the file
is a DNG of 14 bits. LibRaw interpolates colours (AHD, linear, without white balance) of the noisy mosaic, and of the
denoised one; the former is denoised afterwards, as white noise and as that of a camera. PSNR of 8-bit values after a
gamma of 2.2, without the outermost 8 pixels: of the samples that the sensor has, and of the picture, where LibRaw's
interpolation itself is far from the photograph ("clean": that of the mosaic without noise). One thread.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import rawpy
import torch
from PIL import Image
from tests.files.formats.test_exchange import dng

from preimage.files import read
from preimage.restore import denoise, restore_raw

BLACK, WHITE = 64, 1023  # those of the DNG
LIGHTS = (50.0, 200.0)  # photons of white


def _linear(path: Path, mosaic: np.ndarray | None = None) -> np.ndarray:
    """Colours (H, W, 3) as LibRaw interpolates them, 0 to 1."""
    with rawpy.imread(str(path)) as raw:
        if mosaic is not None:
            raw.raw_image_visible[...] = mosaic
        found = raw.postprocess(
            gamma=(1, 1), no_auto_bright=True, output_bps=16, user_wb=[1, 1, 1, 1], output_color=rawpy.ColorSpace.raw,
            user_black=BLACK, user_sat=WHITE,
        )  # fmt: skip
    return found / 65535


def _sampled(colours: np.ndarray) -> np.ndarray:
    """The mosaic RGGB of colours (H, W, 3)."""
    mosaic = colours[..., 1].copy()
    mosaic[::2, ::2], mosaic[1::2, 1::2] = colours[::2, ::2, 0], colours[1::2, 1::2, 2]
    return mosaic


def _psnr(found: np.ndarray, truth: np.ndarray) -> float:
    pair = [np.clip(each, 0, 1)[8:-8, 8:-8] ** (1 / 2.2) for each in (found, truth)]
    return float(-10 * np.log10(np.square(pair[0] - pair[1]).mean()))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, nargs="+")
    parser.add_argument("--size", type=int, default=512)
    args = parser.parse_args()
    torch.set_num_threads(1)
    titles = ("clean", "noisy", "after, white", "after, auto", "before")
    print(f"{'':24}{'photons':>8}{'':>10}" + "".join(f"{title:>14}" for title in titles))
    for photo in args.photos:
        picture = np.asarray(Image.open(photo).convert("RGB"), np.float64) / 255
        top, left = ((length - args.size) // 2 // 2 * 2 for length in picture.shape[:2])
        truth = picture[top : top + args.size, left : left + args.size] ** 2.2
        mosaic = _sampled(truth)
        for photons in LIGHTS:
            rng = np.random.default_rng(0)
            counts = rng.poisson(mosaic * photons) / photons + 0.003 * rng.standard_normal(mosaic.shape)
            samples = np.clip(np.rint(BLACK + (WHITE - BLACK) * counts), 0, WHITE).astype(np.uint16)
            with tempfile.TemporaryDirectory() as folder:
                path = dng(Path(folder) / "a.dng", samples)
                clean = np.rint(BLACK + (WHITE - BLACK) * mosaic).astype(np.uint16)
                perfect, noisy = _linear(path, clean), _linear(path)
                shown = torch.from_numpy(np.clip(noisy, 0, 1) ** (1 / 2.2)).permute(2, 0, 1).float()
                after = [
                    denoise(shown, noise=noise).image.permute(1, 2, 0).double().numpy().clip(0, 1) ** 2.2
                    for noise in ("gaussian", "auto")
                ]
                restore_raw(path, Path(folder) / "b.tif")
                restored = read(Path(folder) / "b.tif").values
                before = _linear(path, restored)
            seen = [(each.astype(float) - BLACK) / (WHITE - BLACK) for each in (clean, samples, restored)]
            rows = {
                "samples": [_psnr(each, mosaic) for each in (*seen[:2], *map(_sampled, after), seen[2])],
                "picture": [_psnr(each, truth) for each in (perfect, noisy, *after, before)],
            }
            for name, scores in rows.items():
                told = "".join(f"{score:14.2f}" for score in scores)
                print(f"{photo.stem:24}{photons:8g}{name:>10}{told}", flush=True)


if __name__ == "__main__":
    main()
