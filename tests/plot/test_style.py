from preimage.plot.style import draw_grid, new_figure


def test_axes_come_row_by_row_without_pyplot_holding_the_figure() -> None:
    import matplotlib.pyplot

    figure, axes = new_figure(2, 3, 0.5)
    assert len(axes) == 6
    assert matplotlib.pyplot.get_fignums() == []
    assert figure.get_size_inches()[0] > figure.get_size_inches()[1]


def test_a_grid_has_no_frame_above_and_on_the_right() -> None:
    _, (axes,) = new_figure(1, 1)
    draw_grid(axes)
    assert [side for side, spine in axes.spines.items() if not spine.get_visible()] == ["right", "top"]
