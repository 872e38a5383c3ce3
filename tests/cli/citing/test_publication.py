import pytest

from preimage.cli.citing.publication import Publication, letters_of


@pytest.mark.parametrize(
    ("venue", "kind", "line"),
    [
        ("Physica D 60", "@article", "volume = {60}"),
        ("ICML", "@inproceedings", "booktitle = {ICML}"),
        ("Springer", "@book", "publisher = {Springer}"),
        ("arXiv 1705.02894", "@misc", "howpublished = {arXiv 1705.02894}"),
        ("", "@misc", "year = {1992}"),
    ],
)
def test_the_place_decides_of_the_kind_of_entry(venue, kind, line) -> None:
    entry = Publication("Rudin, Leonid I. and Osher, Stanley", "A Title", venue, "1992").bibtex()
    assert entry.startswith(kind + "{rudin1992,\n")
    assert line in entry
    assert "title = {{A Title}}" in entry
    assert entry.count("{") == entry.count("}")


def test_keys_are_plain_letters() -> None:
    assert letters_of("O'Donoghue") == "odonoghue"
    assert letters_of("Schönlieb") == "schonlieb"
