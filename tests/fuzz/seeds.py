"""Whole files of every kind that preimage reads, small, made anew."""

import io
from collections.abc import Iterator

import h5py
import numpy as np
import scipy.io
import tifffile
import torch
from PIL import Image
from safetensors.torch import save

from preimage.denoisers import DnCNN
from preimage.files.containers.tags import Tag, block_of
from preimage.files.metadata.carried import Metadata
from preimage.restore import ImageFile

__all__ = ["kernels", "network", "pictures", "weights"]


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _tiff(samples: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, **options)
    return buffer.getvalue()


def pictures(folder, picture: np.ndarray) -> Iterator[tuple[str, bytes]]:
    """Suffix and content."""
    image, grey = Image.fromarray(picture), Image.fromarray(picture[..., 0])
    deep = picture.astype(np.uint16) * 200
    inner = Tag(34665, 4, 1, b"", (Tag(33434, 5, 1, bytes([1, 0, 0, 0, 100, 0, 0, 0])),))
    exif = b"Exif\0\0" + block_of([Tag(274, 3, 1, b"\6\0"), Tag(271, 2, 6, b"Maker\0"), inner])
    surrounded = {"exif": exif, "icc_profile": bytes(200), "xmp": b"<x/>"}
    yield ".png", _saved(image, "PNG", exif=exif, dpi=(300, 300))
    yield ".png", _saved(image.quantize(40), "PNG", transparency=bytes(range(0, 200, 5)))
    yield ".png", _saved(grey.convert("1"), "PNG")
    ImageFile.from_array(deep).write(folder / "deep.png")
    yield ".png", (folder / "deep.png").read_bytes()
    yield ".jpg", _saved(image, "JPEG", quality=90, **surrounded)
    yield ".jpg", _saved(image, "JPEG", progressive=True)
    yield ".jpg", _saved(grey, "JPEG", restart_marker_blocks=2)
    yield ".webp", _saved(image, "WEBP", **surrounded)
    yield ".webp", _saved(image.convert("RGBA"), "WEBP", lossless=True)
    yield ".bmp", _saved(image, "BMP")
    yield ".bmp", _saved(image.quantize(16), "BMP")
    yield ".gif", _saved(image.quantize(16), "GIF")
    for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "group4"):
        yield ".tif", _saved(grey.convert("1") if packing == "group4" else image, "TIFF", compression=packing)
    for options in ({}, {"compression": "zlib", "rowsperstrip": 8}, {"tile": (16, 16)}, {"bigtiff": True}):
        yield ".tif", _tiff(deep, photometric="rgb", **options)
    yield ".tif", _tiff(picture[..., 0].astype(np.float32) / 255, photometric="minisblack", byteorder=">")
    yield ".tif", _tiff(deep[..., 0], imagej=True, resolution=(10.0, 10.0), metadata={"unit": "um"})
    told = Metadata(exif[6:], bytes(200), (300.0, 300.0), b"<x/>")
    file = ImageFile.from_array(np.dstack([picture, picture[..., 0]]))
    ImageFile(file.pixels, file.dtype, alpha=file.alpha, metadata=told).write(folder / "own.tif")
    yield ".tif", (folder / "own.tif").read_bytes()


def kernels() -> Iterator[tuple[str, bytes]]:
    """Suffix and content; ``.mat`` last, whose reading takes a process."""
    values = np.outer(np.hanning(9), np.hanning(7))
    for array in (values, values.astype(">f4"), np.asfortranarray(values), np.arange(9, dtype=np.uint8).reshape(3, 3)):
        buffer = io.BytesIO()
        np.save(buffer, array)
        yield ".npy", buffer.getvalue()
    yield ".png", _saved(Image.fromarray((values * 255).astype(np.uint8)), "PNG")
    yield ".tif", _tiff(values, photometric="minisblack")
    cell = np.empty((1, 1), object)
    cell[0, 0] = values
    for packed, matrix in ((False, values), (True, cell)):
        buffer = io.BytesIO()
        scipy.io.savemat(buffer, {"kernel": matrix}, do_compression=packed)
        yield ".mat", buffer.getvalue()
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", userblock_size=512) as file:
        file["kernel"] = values
    yield ".mat", b"MATLAB 7.3 MAT-file, " + buffer.getvalue()[21:]


def network() -> torch.nn.Module:
    """What the weights are for."""
    torch.manual_seed(0)
    return DnCNN(1, 3, 4)


def weights() -> Iterator[tuple[str, bytes]]:
    """Suffix and content."""
    state = {name: value.contiguous() for name, value in network().state_dict().items()}
    buffer = io.BytesIO()
    torch.save(state, buffer)
    yield ".pt", buffer.getvalue()
    buffer = io.BytesIO()
    torch.save(state, buffer, _use_new_zipfile_serialization=False)
    yield ".pth", buffer.getvalue()
    yield ".safetensors", save(state)
