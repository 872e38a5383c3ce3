import zlib

from preimage.files.containers.inflate import DEFLATE, inflated_size

DATA = bytes(range(256)) * 40
STREAM = zlib.compress(DATA)


def test_bytes_are_counted_however_the_stream_is_cut() -> None:
    for size in (1, 7, len(STREAM)):
        pieces = [STREAM[i : i + size] for i in range(0, len(STREAM), size)]
        assert inflated_size(pieces, 10**9) == len(DATA)
    assert inflated_size([STREAM, b"what follows is no part of it"], 10**9) == len(DATA)


def test_a_stream_that_is_cut_off_holds_less() -> None:
    assert 0 < inflated_size([STREAM[:-20]], 10**9) < len(DATA)
    assert inflated_size([], 10**9) == 0


def test_counting_ends_at_the_most_that_is_of_interest() -> None:
    many = zlib.compress(bytes(5 << 20))
    assert 1000 <= inflated_size([many], 1000) <= 2 << 20
    assert inflated_size([many], 10**9) == 5 << 20
    assert (5 << 20) / len(many) <= DEFLATE


def test_damage_is_told() -> None:
    assert inflated_size([b"no stream at all"], 10) == -1
    broken = bytearray(STREAM)
    broken[-1] ^= 1  # the checksum
    assert inflated_size([bytes(broken)], 10**9) == -1
