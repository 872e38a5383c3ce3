from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes

from tests.docs.pages import extension

swift = extension("swift")


def context_of(page: str, orphans: set[str], made: list[str]) -> dict:
    """What a theme is given for a page, after the extension has seen it."""

    def toctree(**options: object) -> str:
        made.append(page)
        return f"navigation of {page} {options}"

    context = {"toctree": toctree}
    app = SimpleNamespace(env=SimpleNamespace(metadata={name: {"orphan": ""} for name in orphans}))
    swift.reuse_navigation(app, page, "page.html", context, None)
    return context


def test_pages_in_no_table_of_contents_share_their_navigation() -> None:
    made: list[str] = []
    orphans = {"a/one", "a/two", "b/three"}
    for page in ("a/one", "a/two", "a/listed", "b/three"):
        context_of(page, orphans, made)["toctree"](depth=1)
    context_of("a/two", orphans, made)["toctree"](depth=2)
    assert made == ["a/one", "a/listed", "b/three", "a/two"]
    assert context_of("a/two", orphans, made)["toctree"](depth=1) == "navigation of a/one {'depth': 1}"


def test_types_without_a_page_are_not_looked_for() -> None:
    document = new_document("page")
    for target in ("torch.Tensor", "int", "preimage.optim.TVPrior", "ArgumentError"):
        document += addnodes.pending_xref("", nodes.Text(target), refdomain="py", reftarget=target)
    long, short = (
        addnodes.pending_xref_condition("", nodes.Text(text), condition=condition)
        for text, condition in (("typing.Any", "*"), ("Any", "resolved"))
    )
    document += addnodes.pending_xref("", short, long, refdomain="py", reftarget="typing.Any")
    swift.VainReferences(document).run()
    assert document.astext().replace("\n", "") == "torch.Tensorintpreimage.optim.TVPriorArgumentErrorAny"
    left = [node["reftarget"] for node in document.findall(addnodes.pending_xref)]
    assert left == ["preimage.optim.TVPrior", "ArgumentError"]
