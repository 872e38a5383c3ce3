"""A format that preimage does not know: a line of text, and the samples behind it as they are in memory."""

import numpy as np

from preimage.files.formats.format import Format, Header, Holds
from preimage.files.samples.samples import split_channels


def opened(path):
    _, height, width, channels, dtype = path.read_bytes().split(b"\n", 1)[0].decode().split()
    shape, start = (int(height), int(width), int(channels)), path.read_bytes().index(b"\n") + 1
    return np.memmap(path, np.dtype(dtype), "r", start, shape)


def header(path):
    samples = opened(path)
    return Header(samples.shape, samples.dtype)


def read(path):
    return split_channels("TOY", np.array(opened(path)))


def read_region(path, region):
    samples = opened(path)
    return split_channels("TOY", np.array(samples[region.slices(samples.shape[:2])]))


def write(path, samples, quality):
    array = samples.joined()
    line = " ".join(["TOY", *map(str, array.shape), array.dtype.name])
    path.write_bytes(line.encode() + b"\n" + array.tobytes())


TOY = Format(
    "TOY", (".toy",), lambda head: head.startswith(b"TOY "), header, read, write, Holds(bits=16), read_region
)  # fmt: skip
