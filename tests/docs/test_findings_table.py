from tests.docs.pages import DOCS, extension

findings = extension("findings_table")


def test_every_script_has_a_row_that_says_what_happens() -> None:
    rows = findings.findings_table().splitlines()[2:]
    scripts = sorted(path.name for path in (DOCS.parent / "findings").glob("*.sh"))
    assert [row.split("`")[1] for row in rows] == scripts
    assert all(len(cell.strip()) > 3 for row in rows for cell in row.strip("|").split(" | "))


def test_the_page_has_the_mark() -> None:
    source = [(DOCS / "findings.md").read_text(encoding="utf-8")]
    findings.insert(None, "findings", source)
    assert "iradon_half_turn.sh" in source[0]
