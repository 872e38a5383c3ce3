import torch

from preimage.plot import Plate, draw_panels


def test_panels_are_drawn_row_by_row_each_with_its_scale() -> None:
    panels = [
        Plate("a", torch.rand(4, 5)),
        Plate("b $x$", torch.rand(4, 5), -1, 2, "m"),
        Plate("c", torch.rand(4, 5, 3)),
    ]
    figure = draw_panels(panels, columns=2)
    pictures = [axes for axes in figure.axes if axes.get_images()]
    assert [axes.get_title() for axes in pictures] == ["a", r"b \$x\$", "c"]
    assert pictures[1].get_images()[0].get_clim() == (-1, 2)
    assert [axes.get_ylabel() for axes in figure.axes if axes not in pictures and axes.axison] == ["m"]
    figure.canvas.draw()
