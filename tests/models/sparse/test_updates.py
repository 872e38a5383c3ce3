import pytest
import torch

from preimage.models.sparse import updates
from preimage.models.sparse.updates import AnyMasks, FewMasks, NoMask, Observed, chunks, observe, step_, step_map
from preimage.physics import Demosaicing
from preimage.transform import extract_patches
from tests.models.problems import normal

SIZE, ATOMS = 12, 7
ENCODER, DICTIONARY = normal(SIZE, ATOMS, seed=1), normal(SIZE, ATOMS, seed=2)


def codes(batch=2, n=30):
    return normal(batch, n, ATOMS, seed=3), normal(batch, n, ATOMS, seed=4)


def by_definition(values, drive, mask):
    residual = mask * torch.einsum("ij,bnj->bni", DICTIONARY, values)
    return values - torch.einsum("ij,bni->bnj", ENCODER, residual) + drive


def random_mask(batch, n, kinds):
    some = (normal(kinds, SIZE, seed=5) > 0).double()
    which = torch.randint(kinds, (batch, n), generator=torch.Generator().manual_seed(6))
    return some[which]


@pytest.mark.parametrize(
    ("mask", "form"),
    [
        (None, NoMask),
        (torch.ones(1, 30, SIZE).double(), FewMasks),
        (random_mask(1, 30, 5), FewMasks),
        (random_mask(2, 30, 5), AnyMasks),
    ],
    ids=["none", "all seen", "five kinds", "one each"],
)
def test_every_form_is_the_definition(mask, form):
    step = step_map(ENCODER, DICTIONARY, mask)
    assert type(step) is form
    values, drive = codes()
    expected = by_definition(values, drive, torch.ones(1, 30, SIZE).double() if mask is None else mask)
    torch.testing.assert_close(step(values, drive), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "mask",
    [None, random_mask(1, 30, 5), random_mask(2, 30, 5), (normal(1, 30, SIZE, seed=8) > 0).double()],
    ids=["none", "few", "one each", "one for the batch"],
)
def test_in_place_and_in_pieces(monkeypatch, mask):
    monkeypatch.setattr(updates, "_CHUNK", 7)
    values, _ = codes()
    seen = torch.ones(1, 30, SIZE).double() if mask is None else mask
    patches = seen * normal(2, 30, SIZE, seed=9)
    expected = by_definition(values, patches @ ENCODER, seen)
    given = values.clone()
    parts = (
        (which, Observed(patches[:, which], patches[:, which, :1], None if mask is None else mask[:, which]))
        for which in chunks(30, 1)
    )
    found = step_(given, parts, ENCODER, DICTIONARY)
    assert found is given
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_many_kinds_of_masks_take_two_products():
    mask = (normal(1, 100, SIZE, seed=7) > 0).double()
    step = step_map(ENCODER, DICTIONARY, mask)
    assert type(step) is AnyMasks
    values, drive = codes(n=100)
    torch.testing.assert_close(step(values, drive), by_definition(values, drive, mask), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("pattern", ["RGGB", "GBRG"])
def test_a_mosaic_has_four_kinds(pattern):
    mask = extract_patches(Demosaicing(pattern).mask(torch.zeros(1, 3, 9, 10).double()), 2)
    step = step_map(ENCODER, DICTIONARY, mask)
    assert isinstance(step, FewMasks)
    assert len(step.grams) == 4
    values, drive = codes(n=mask.shape[1])
    torch.testing.assert_close(step(values, drive), by_definition(values, drive, mask), rtol=1e-12, atol=1e-12)


def test_patches_that_see_nothing_keep_their_codes():
    values, drive = codes()
    step = step_map(ENCODER, DICTIONARY, torch.zeros(1, 30, SIZE).double())
    torch.testing.assert_close(step(values, drive), values + drive, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("mask", [None, random_mask(1, 30, 5), random_mask(2, 30, 5)], ids=["none", "few", "any"])
def test_gradients_are_those_of_the_definition(mask):
    values, drive = codes()
    weights = [ENCODER.clone().requires_grad_(), DICTIONARY.clone().requires_grad_(), values.requires_grad_()]
    seen = torch.ones(1, 30, SIZE).double() if mask is None else mask
    expected = values - (seen * (values @ weights[1].T)) @ weights[0] + drive
    found = step_map(weights[0], weights[1], mask)(values, drive)
    for a, b in zip(
        torch.autograd.grad(found.sin().sum(), weights), torch.autograd.grad(expected.sin().sum(), weights), strict=True
    ):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)


def test_observed_patches_are_centred_by_what_was_seen():
    patches = torch.tensor([[[1.0, 2.0, 6.0], [5.0, 7.0, 9.0], [4.0, 4.0, 4.0]]])
    mask = torch.tensor([[[1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]])
    found = observe(patches, mask)
    assert found.means.flatten().tolist() == [1.5, 9.0, 0.0]
    assert found.patches.tolist() == [[[-0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]]
    whole = observe(patches, None)
    assert whole.means.flatten().tolist() == [3.0, 7.0, 4.0]
    assert whole.patches.tolist() == [[[-2.0, -1.0, 3.0], [-2.0, 0.0, 2.0], [0.0, 0.0, 0.0]]]
