import numpy as np
import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.transform import Dihedral, dihedral, dihedral_inverse
from tests.example import Example

EXAMPLES = {Dihedral: [Example(Dihedral, (3, 1, 4, 4), complex=True), Example(Dihedral, (2, 1, 2, 3, 3))]}


@pytest.mark.parametrize("index", range(8))
def test_inverse(index):
    x = torch.rand(2, 3, 4, 5)
    assert torch.equal(dihedral_inverse(dihedral(x, index), index), x)


def test_published_order():
    """Quarter turns and flips of numpy, in the order of the published self-ensemble."""
    x = np.arange(12).reshape(3, 4)
    wanted = [
        x,
        np.flipud(np.rot90(x)),
        np.flipud(x),
        np.rot90(x, 3),
        np.flipud(np.rot90(x, 2)),
        np.rot90(x),
        np.rot90(x, 2),
        np.flipud(np.rot90(x, 3)),
    ]
    for index, image in enumerate(wanted):
        assert np.array_equal(dihedral(torch.from_numpy(x), index).numpy(), image)


def test_a_group_of_eight_where_only_3_and_5_are_not_their_own_inverse():
    x = torch.arange(9).reshape(3, 3)
    elements = [dihedral(x, index) for index in range(8)]
    assert len({tuple(element.flatten().tolist()) for element in elements}) == 8
    for first in range(8):
        for second in range(8):
            assert any(torch.equal(dihedral(elements[first], second), element) for element in elements)
    inverses = [next(j for j in range(8) if torch.equal(dihedral(elements[i], j), x)) for i in range(8)]
    assert inverses == [0, 1, 2, 5, 4, 3, 6, 7]


def test_other_indices_are_refused():
    with pytest.raises(ArgumentError, match="modulo 8"):
        dihedral(torch.rand(2, 2), 8)


def test_every_image_has_its_symmetry():
    x = torch.rand(8, 1, 3, 3)
    moved = Dihedral().transform(x, torch.arange(8))
    assert torch.equal(moved, torch.stack([dihedral(image, index) for index, image in enumerate(x)]))


def test_a_batch_that_is_not_square_keeps_one_shape():
    x = torch.rand(2, 1, 3, 4)
    assert Dihedral().transform(x, torch.tensor([1, 3])).shape == (2, 1, 4, 3)
    with pytest.raises(ShapeError, match="square"):
        Dihedral().transform(x, torch.tensor([1, 2]))
