import torch

from preimage.explain.scene import Scene, Square
from preimage.models.sparse import SC
from tests.example import random
from tests.explain.parts import CODES, OUTPUT, SIMILARITY, coded


def test_squares_are_apart_and_inside() -> None:
    scene = Scene(torch.zeros(1, 90, 135), 0.1)
    squares = scene.spread(40, 3)
    assert sorted({part.top for part in squares}) == [2, 47]
    assert sorted({part.left for part in squares}) == [2, 47, 92]
    assert all((part.height, part.width) == (40, 40) for part in squares)
    assert scene.around((3, 130), 50) == Square(0, 85, 50, 50)
    assert Scene(torch.zeros(1, 7, 41), 0.1).spread(40, 3) == [Square(0, 0, 7, 40)]


def test_similarities_and_energies_of_patches() -> None:
    part = coded()
    assert [part.nearest(at) for at in ((4, 4), (4, 7), (20, 20))] == [0, 1, 2]
    torch.testing.assert_close(part.similarities(1), SIMILARITY[1])
    torch.testing.assert_close(part.group_sizes(), SIMILARITY.sum(1))
    assert part.energies().tolist() == [0, 0, 0]  # patches of one pixel are plain colour
    torch.testing.assert_close(part.cleaned, CODES @ OUTPUT.mT)


def test_a_part_is_coded_as_the_model_codes_the_picture() -> None:
    """Every patch that touches it, the border reflected; the estimate is the mean of all that overlap."""
    torch.manual_seed(0)
    model, picture = SC(1, 3, 8, 2, (0.1,)).eval(), random(1, 9, 11)
    with torch.no_grad():
        whole = model(picture[None], 0.1)[0]
        part = Scene(picture, 0.1).coded(model, Square(0, 4, 5, 6))
    torch.testing.assert_close(part.estimate, whole[:, :5, 4:10])
    assert len(part.centres) == 7 * 8  # (5 + 2) x (6 + 2) patches of 3 x 3 reach into 5 x 6 pixels
    assert part.centres[0].tolist() == [-1, 3]
    assert part.centres[-1].tolist() == [5, 10]
    middle = part.nearest((2, 6))
    torch.testing.assert_close(part.patches[middle] + part.means[middle], picture[0, 1:4, 5:8].flatten())
    torch.testing.assert_close(part.cleaned, part.codes @ model.output.detach().mT)
    energy = part.cleaned - part.cleaned.mean(1, keepdim=True)
    torch.testing.assert_close(part.energies(), energy.square().sum(1))
