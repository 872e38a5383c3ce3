from preimage.explain.drawing import draw_sheet
from tests.explain.parts import explanation, panels


def test_every_panel_has_axes_with_its_content() -> None:
    told = explanation()
    figure = draw_sheet(panels(told), {"file": "a$x$.png", "noise level": "5/255"})
    axes = {each.get_title(loc="left"): each for each in figure.axes if each.get_title(loc="left")}
    assert set(axes) == {panel.caption.title for panel in panels(told).values()}
    part = axes["The part, restored"].images[0]
    assert (part.get_extent(), part.get_array().shape[:2]) == ([-0.5, 2.5, 1.5, -0.5], (2, 3))
    heights = sorted(segment[1][1] for segment in axes["Sparse code of the patch"].collections[0].get_segments())
    assert heights == [-1, 2]
    labels = [text.get_text() for text in axes["How the patch is put together"].texts]
    assert labels == ["measured", "mean", "+ 1", "+ 2", "all 2", "+2.000", "-1.000"]
    rows = [label.get_text() for label in axes["Support shared by similar patches"].get_yticklabels()]
    assert rows == ["1", "2"]


def test_text_is_no_formula() -> None:
    figure = draw_sheet(panels(explanation()), {"file": "a$x$.png", "noise level": "5/255"})
    assert figure.get_suptitle() == r"a\$x\$.png: how a sparse model sees it"
    assert figure.get_supxlabel() == "noise level: 5/255"
