import io
import zlib

from PIL import Image

from preimage.files.containers.png_chunks import SIGNATURE, chunk_bytes, png_chunks, with_chunks


def picture() -> bytes:
    """A PNG file that Pillow wrote."""
    file = io.BytesIO()
    Image.new("L", (5, 4), 77).save(file, "PNG", dpi=(100, 100))
    return file.getvalue()


def test_a_chunk_is_its_length_name_data_and_checksum() -> None:
    """The chunk IEND of every PNG file, and another with the checksum over name and data."""
    assert chunk_bytes("IEND", b"") == bytes.fromhex("0000000049454e44ae426082")
    assert chunk_bytes("teSt", b"abc")[-4:] == zlib.crc32(b"teStabc").to_bytes(4, "big")


def test_chunks_are_found_in_order_up_to_the_end() -> None:
    data = picture() + b"behind the end"
    chunks = list(png_chunks(data))
    assert [chunk.name for chunk in chunks] == ["IHDR", "pHYs", "IDAT", "IEND"]
    header = chunks[0]
    assert data[header.start : header.start + header.length][:8] == bytes([0, 0, 0, 5, 0, 0, 0, 4])
    again = SIGNATURE + b"".join(chunk_bytes(c.name, data[c.start : c.start + c.length]) for c in chunks)
    assert again == picture()


def test_a_chunk_that_is_cut_off_is_none() -> None:
    data = picture()
    place = next(chunk for chunk in png_chunks(data) if chunk.name == "IDAT").start
    assert [chunk.name for chunk in png_chunks(data[: place + 3])] == ["IHDR", "pHYs"]
    assert list(png_chunks(SIGNATURE)) == []


def test_added_chunks_stand_behind_the_header_and_are_read_elsewhere() -> None:
    data = with_chunks(picture(), [("gAMA", (45455).to_bytes(4, "big")), ("prVt", b"x")])
    assert [chunk.name for chunk in png_chunks(data)] == ["IHDR", "gAMA", "prVt", "pHYs", "IDAT", "IEND"]
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.info["gamma"] == 0.45455
        assert image.getpixel((0, 0)) == 77
