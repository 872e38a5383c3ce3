"""Whether a TIFF file holds the pixels that its directories claim (TIFF 6.0, sections 3 and 15)."""

import math
from mmap import mmap

from preimage.files.containers.inflate import DEFLATE, inflated_size
from preimage.files.containers.tags import Tag, directories

__all__ = ["missing_of_tiff"]

_NONE, _LZW, _DEFLATES, _PACKBITS = 1, 5, (8, 32946), 32773
# Bytes that one byte of a stream can stand for: 4093 in 12 bits; 128 in two bytes.
_MOST = {_LZW: 2730, 8: DEFLATE, 32946: DEFLATE, _PACKBITS: 64}
_YCBCR = 6
# Size, bits, packing, colours, strips, samples, planes and tiles.
_NEEDED = {256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339}


def missing_of_tiff(data: mmap) -> str:
    """What is missing, in words; empty where nothing is, or where the directories are for decoders to judge."""
    try:
        pages = directories(data)
    except ValueError as error:
        return str(error)
    for tags, damaged in pages:
        if cut := sorted({*damaged} & _NEEDED):
            return f"its tag {cut[0]} is cut off"
        if missing := _of_page(data, {tag.code: tag for tag in tags}):
            return missing
    return ""


def _of_page(data: mmap, tags: dict[int, Tag]) -> str:
    width, height = _number(tags, 256, 0), _number(tags, 257, 0)
    if not width or not height:
        return ""
    tiled = 322 in tags and 323 in tags
    across, down = (_number(tags, 322, 1), _number(tags, 323, 1)) if tiled else (width, _number(tags, 278, height))
    if not across or not down:
        return ""
    down = down if tiled else min(down, height)
    name, offsets, counts = ("tile", 324, 325) if tiled else ("strip", 273, 279)
    if offsets not in tags:
        return f"its list of {name}s is missing"
    places = [int(place) for place in tags[offsets].numbers()]
    separate = _number(tags, 284, 1) == 2
    samples = _number(tags, 277, 1)
    claimed = math.ceil(width / across) * math.ceil(height / down) * (samples if separate else 1)
    if len(places) < claimed:
        return f"{len(places)} of {claimed} {name}s are there"
    row = _row_bytes(tags, across, 1 if separate else samples)
    sizes = [int(size) for size in tags[counts].numbers()] if counts in tags else []
    whole = height // down
    full = [down * row if tiled or index % math.ceil(height / down) < whole else (height % down) * row
            for index in range(claimed)]  # fmt: skip
    return _of_segments(data, name, places[:claimed], sizes, full, _number(tags, 259, _NONE))


def _row_bytes(tags: dict[int, Tag], width: int, samples: int) -> int:
    """Bytes of a row before compression; none where chroma is subsampled."""
    if _number(tags, 262, 1) == _YCBCR:
        return 0
    bits = [int(bit) for bit in tags[258].numbers()] if 258 in tags else [1]
    return -(-width * (sum(bits[:samples]) if len(bits) >= samples else bits[0] * samples) // 8)


def _of_segments(data: mmap, name: str, places: list[int], sizes: list[int], full: list[int], packing: int) -> str:
    count = len(places)
    if packing == _NONE:  # the counts may be wrong where the pixels are there
        if sum(full) > len(data):
            return f"{sum(full)} bytes of pixels are claimed, more than the file has"
        cut = [index for index, place in enumerate(places) if not place or place + full[index] > len(data)]
        return f"{name} {cut[0] + 1} of {count} lies beyond its end" if cut else ""
    if len(sizes) < count:
        return f"{len(sizes)} of {count} sizes of {name}s are there"
    for index, (place, size) in enumerate(zip(places, sizes, strict=False)):
        if not place or place + size > len(data):
            return f"{name} {index + 1} of {count} lies beyond its end"
        if packing in _MOST and size * _MOST[packing] < full[index]:
            return f"{size} bytes of {name} {index + 1} of {count} cannot be its {full[index]}"
        if packing in _DEFLATES and inflated_size([data[place : place + size]], full[index]) < full[index]:
            return f"{name} {index + 1} of {count} is cut off or damaged"
    return ""


def _number(tags: dict[int, Tag], code: int, otherwise: int) -> int:
    values = tags[code].numbers() if code in tags else ()
    return int(values[0]) if values else otherwise
