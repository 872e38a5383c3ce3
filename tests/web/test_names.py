import pytest

from preimage.web.names import safe_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("photo.tif", "photo.tif"),
        ("Übersicht 1.JPG", "Übersicht 1.JPG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\b.png", "b.png"),
        ("-o.png", "o.png"),
        ("--overwrite", "overwrite"),
        (".hidden.png", "hidden.png"),
        ("a*[1]?.png", "a1.png"),
        ("a\n\x00b.png", "ab.png"),
        ("$(x)`y`.png", "(x)y.png"),
        ("", "picture"),
        ("..png", "picture.png"),
        (".TIFF", "picture.TIFF"),
        ("png", "picture.png"),
        ("x" * 300 + ".png", "x" * 80 + ".png"),
    ],
)
def test_names_are_kept_as_far_as_they_are_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_each_is_there_once_and_a_picture_has_its_suffix() -> None:
    assert safe_name("a.png", taken={"A.png", "a-2.png"}) == "a-3.png"
    png = b"\x89PNG\r\n\x1a\n" + bytes(24)
    assert safe_name("scan", png) == "scan.png"
    assert safe_name("scan.dat", png) == "scan.png"
    assert safe_name("scan.TIF", png) == "scan.TIF"
    assert safe_name("raw.NEF", b"II*\0" + bytes(28)) == "raw.NEF"
