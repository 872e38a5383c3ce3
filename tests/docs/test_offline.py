import pytest

from tests.docs.pages import extension

offline = extension("offline")


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://a.b/mathjax.js">',
        "<img alt='x' src='//a.b/x.png'>",
        '<link rel="stylesheet" href="http://a.b/x.css">',
        "@import url(https://a.b/font.css)",
        "src: url('https://a.b/font.woff2')",
    ],
)
def test_resources_from_outside_are_found(text) -> None:
    (place,) = set(offline.outside_resources(text))
    assert "a.b/" in place


def test_links_and_own_files_are_fine() -> None:
    text = (
        '<a href="https://a.b">x</a><script src="_static/x.js"></script><link href="x.css"><img src="data:image/png">'
    )
    assert offline.outside_resources(text) == []
