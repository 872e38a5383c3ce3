import re

from preimage.explain.page import make_page
from tests.explain.parts import explanation, panels


def test_the_atoms_of_the_patch_are_framed_and_their_numbers_told() -> None:
    page = make_page(panels(explanation()), {"file": "a.png"})
    atoms = re.findall(r'title="(atom[^"]*)"( class="on")? data-atom="(\d)">', page)
    assert [(framed != "", number) for _, framed, number in atoms] == [(True, "0"), (True, "1")]
    first, second = (text for text, _, _ in atoms)
    # Energies: sum of squares of the codes times the squared length of the atom, 5 and 4.
    assert first.startswith(
        "atom 1 (column 0 of W): 55.56 % of the energy, in 66.7 % of the patches; in this patch +2.0000"
    )
    assert second.startswith(
        "atom 2 (column 1 of W): 44.44 % of the energy, in 33.3 % of the patches; in this patch -1.0000"
    )


def test_names_of_files_are_text() -> None:
    page = make_page(panels(explanation()), {"file": "<b>&.png", "model": "<i>"})
    assert "<b>" not in page
    assert "&lt;b&gt;&amp;.png: how a sparse model sees it" in page
    assert "<tr><th>model</th><td>&lt;i&gt;</td></tr>" in page


def test_bars_go_up_and_down_from_the_middle() -> None:
    page = make_page(panels(explanation()), {"file": "a.png"})
    bars = re.findall(r'<rect data-atom="(\d)" x="(\d+)" y="([\d.]+)" width="3" height="([\d.]+)"', page)
    assert bars == [("0", "0", "10.00", "90.00"), ("1", "4", "100.00", "45.00")]


def test_nothing_is_fetched() -> None:
    page = make_page(panels(explanation()), {"file": "a.png"})
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert addresses
    assert all(address.startswith("data:image/png;base64,") for address in addresses)
