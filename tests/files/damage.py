"""Files of every format that arrays are read from, whole, and damaged at places that a seed draws."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import imagecodecs
import numpy as np
import tifffile
from PIL import Image

from preimage.files import write
from tests.files.formats.dicom.test_dicom import saved
from tests.files.formats.test_exchange import dng

__all__ = ["ALL_NAMES", "NAMES", "PICTURES", "damage", "make", "places"]

RNG = np.random.default_rng(0)
VOLUME = RNG.integers(0, 999, (3, 20, 24)).astype(np.uint16)
NAMES = [
    "a.npy", "a.npz", "a.tif", "plain.tif", "packed.tif", "a.ome.tif", "a.h5", "packed.h5", "a.nii", "a.nii.gz",
    "a.dcm", "packed.dcm", "series", "a.zarr", "a.ome.zarr", "a.mrc", "a.fits", "a.exr", "a.jxl", "a.avif", "a.dng",
    "a.mat",
]  # fmt: skip
PICTURES = ["a.png", "a.jpg", "a.webp", "a.bmp"]
ALL_NAMES = [*NAMES, *PICTURES]
_KINDS = ("cut", "flip", "overwrite", "insert", "head", "zero", "splice")


def make(folder: Path, name: str) -> Path:
    """A whole file, or folder, of the format that its name tells."""
    import nibabel

    path = folder / name
    special = {
        "a.npz": lambda: np.savez(path, a=VOLUME),
        "plain.tif": lambda: tifffile.imwrite(path, VOLUME, photometric="minisblack", metadata=None),
        "packed.tif": lambda: tifffile.imwrite(
            path, VOLUME, photometric="minisblack", compression="zlib", predictor=True, tile=(16, 16)
        ),
        "a.dcm": lambda: saved(path, VOLUME[0], 12),
        "packed.dcm": lambda: saved(path, VOLUME[0], packed=True),
        "series": lambda: [saved(_made(path) / f"{at}.dcm", plane) for at, plane in enumerate(VOLUME)],
        "a.jxl": lambda: path.write_bytes(imagecodecs.jpegxl_encode(VOLUME[0], lossless=True)),
        "a.avif": lambda: path.write_bytes(imagecodecs.avif_encode(VOLUME[0].astype(np.uint8))),
        "a.exr": lambda: write(path, VOLUME[0].astype(np.float32)),
        "a.dng": lambda: dng(path, np.tile(VOLUME[0], (2, 2))),
        "packed.h5": lambda: _packed(path),
        "a.nii": lambda: nibabel.save(nibabel.Nifti1Image(VOLUME, np.eye(4)), path),  # type: ignore[attr-defined]
    }
    if name in PICTURES:
        grey = np.clip(VOLUME[0] // 4, 0, 255).astype(np.uint8)
        special[name] = lambda: Image.fromarray(grey).save(path)
    special.get(name, lambda: write(path, VOLUME))()
    return path


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _packed(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("image", data=VOLUME, compression="gzip", chunks=(1, 8, 8))


def places(path: Path) -> list[Path]:
    """The files of which ``path`` consists."""
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def damage(path: Path, seed: int, heads: Sequence[Path] = ()) -> str:
    """Cut a file off, flip bits, overwrite or zero a run of bytes, put some in, or put another file's head on.

    Args:
        path: a file, or a folder of files, one of which is changed.
        seed: what draws the damage.
        heads: files whose beginnings may be put on; without any the file's own end is.

    Returns:
        The damage in words.
    """
    rng = np.random.default_rng(seed)
    files = places(path)
    file = files[int(rng.integers(len(files)))]
    data = bytearray(file.read_bytes())
    kind = _KINDS[int(rng.integers(len(_KINDS)))]
    at = int(rng.integers(max(1, len(data) if kind != "head" else min(512, len(data)))))
    if kind == "cut":
        del data[at:]
    elif kind == "insert":
        data[at:at] = rng.bytes(int(rng.integers(1, 40)))
    elif kind in ("overwrite", "zero"):
        length = int(rng.integers(1, 64))
        data[at : at + length] = rng.bytes(length) if kind == "overwrite" else bytes(length)
    elif kind == "splice":
        other = heads[int(rng.integers(len(heads)))].read_bytes() if heads else bytes(data[len(data) // 2 :])
        data[:at] = other[: min(at, 4096)]
    else:
        for place in {at, *(int(one) for one in rng.integers(0, max(1, min(len(data), 4096)), 3))}:
            if place < len(data):
                data[place] ^= 1 << int(rng.integers(8))
    file.write_bytes(bytes(data))
    return f"{kind} at {at} of {file.name}"
