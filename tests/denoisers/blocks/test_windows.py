import torch

from preimage.denoisers.blocks.windows import displacements, from_windows, to_windows, torn_windows


def test_windows_hold_their_pixels_and_give_the_image_back(rng: torch.Generator) -> None:
    x = torch.rand(2, 6, 9, 5, generator=rng)
    windows = to_windows(x, 3)
    assert windows.shape == (2 * 2 * 3, 9, 5)
    assert torch.equal(windows[4], x[0, 3:6, 3:6].reshape(9, 5))
    assert torch.equal(from_windows(windows, x.shape, 3), x)


def test_displacements_are_told_from_each_pixel_to_each_other() -> None:
    down, right = displacements(3)
    assert (int(down[5, 1]), int(right[5, 1])) == (1 - 0 + 2, 2 - 1 + 2)  # from (0, 1) to (1, 2)


def test_torn_windows_are_those_across_the_border() -> None:
    """Numbers of pixels, rolled: two belong together where no border lies between them."""
    rows, columns, side, shift = 2, 3, 3, 1
    line = [torch.arange(count * side).roll(-shift) for count in (rows, columns)]
    found = torn_windows(rows, columns, side, shift)
    for window in range(rows * columns):
        row, column = divmod(window, columns)
        places = [
            (int(line[0][side * row + i]), int(line[1][side * column + j])) for i in range(side) for j in range(side)
        ]
        for a, (r, c) in enumerate(places):
            for b, (other_r, other_c) in enumerate(places):
                assert bool(found[window, a, b]) == (abs(r - other_r) >= side or abs(c - other_c) >= side)
