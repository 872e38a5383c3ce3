from types import SimpleNamespace

from docutils import nodes

from tests.docs.pages import DOCS, extension

links = extension("repository_links")


def shown(target, kind="myst"):
    app, text = SimpleNamespace(srcdir=str(DOCS)), nodes.inline("", target)
    return links.show_file_name(app, None, {"reftype": kind, "refdoc": "design", "reftarget": target}, text) is text


def test_files_of_the_repository_are_named_and_others_are_left_to_sphinx() -> None:
    assert shown("../bootstrap.py")
    assert not shown("../nowhere.py")
    assert not shown("../bootstrap.py", "class")
