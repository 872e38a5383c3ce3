from pathlib import Path

import pytest

from preimage.files.containers.dicom import PIXEL_DATA, dicom_elements
from tests.datasets.named.dicom_files import unpack_dicom

NAMES = ("a/1.dcm", "a/2.dcm", "a/10.dcm")


@pytest.mark.parametrize("name", NAMES)
def test_elements_of_three_transfer_syntaxes(tmp_path: Path, name: str) -> None:
    unpack_dicom(tmp_path)
    found = {element.tag: element.value for element in dicom_elements((tmp_path / name).read_bytes())}
    assert found[0x00280010] == b"\x02\x00"
    assert found[0x00080060].rstrip() == b"CT"
    assert found[0x00081140] == b""  # a sequence
    assert 0x00080100 not in found  # inside of it
    assert len(found[PIXEL_DATA]) == 12


def test_what_is_cut_off_or_compressed(tmp_path: Path) -> None:
    unpack_dicom(tmp_path)
    data = (tmp_path / "a/1.dcm").read_bytes()
    for length in range(0, len(data), 7):
        try:
            found = [element.tag for element in dicom_elements(data[:length])]
        except ValueError:
            continue
        assert PIXEL_DATA not in found
    compressed = data.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0")
    with pytest.raises(ValueError, match=r"10008\.1\.2\.5, which is compressed"):
        list(dicom_elements(compressed))
    deflated = (tmp_path / "a/10.dcm").read_bytes()
    place = 144 + int.from_bytes(deflated[140:144], "little")
    with pytest.raises(ValueError, match="deflated part is damaged"):
        list(dicom_elements(deflated[:place] + b"\xff" + deflated[place + 1 :]))
    with pytest.raises(ValueError, match="does not begin"):
        list(dicom_elements(b"text"))
