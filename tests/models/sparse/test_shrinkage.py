import math

import pytest
import torch

from preimage.models.sparse.shrinkage import centralized_threshold, shrink, soft_group_threshold
from preimage.models.sparse.similarity import SimilarityMatrix
from preimage.models.sparse.windows import tiles
from tests.models.problems import normal
from tests.models.sparse.definition import soft

ROWS, COLUMNS, ATOMS = 2, 6, 5
COUNT = ROWS * COLUMNS
SIGNED = torch.tensor([0.5, 0.0, -0.3, 1.0, -0.1], dtype=torch.float64)
POSITIVE = SIGNED.abs()


def partition(groups):
    """Similarities that are one within a group of patches and zero between: far apart features."""
    features = 100 * torch.tensor(groups, dtype=torch.float64)[None, :, None]
    return SimilarityMatrix.of(features, tiles(ROWS, COLUMNS, 99, features))


def smooth():
    return SimilarityMatrix.of(0.5 * normal(2, COUNT, 3, seed=5), tiles(ROWS, COLUMNS, 3, SIGNED))


def test_shrink_is_its_formula():
    codes = normal(3, COUNT, ATOMS)
    for threshold in (SIGNED, SIGNED.expand(3, 1, ATOMS) * torch.tensor([1.0, -1.0, 2.0])[:, None, None]):
        torch.testing.assert_close(shrink(codes, threshold), soft(codes, threshold), rtol=0, atol=1e-15)


def test_shrink_at_its_corners():
    codes = torch.tensor([[[-1.0, 0.0, 1.0]]])
    assert shrink(codes, torch.ones(1, 1, 3)).tolist() == [[[0.0, 0.0, 0.0]]]
    # Below zero the two branches overlap: relu(u + 1) - relu(1 - u).
    assert shrink(codes, -torch.ones(1, 1, 3)).tolist() == [[[-2.0, 0.0, 2.0]]]


@pytest.mark.parametrize("threshold", [SIGNED, POSITIVE], ids=["signed", "positive"])
@pytest.mark.parametrize("batch", [1, 2])
def test_shrink_gradients(threshold, batch):
    codes, wide = normal(2, 4, ATOMS).requires_grad_(), threshold.expand(batch, 1, ATOMS).clone()
    wide = (wide + 0.01).requires_grad_()
    assert torch.autograd.gradcheck(shrink, (codes, wide))
    expected = torch.autograd.grad(soft(codes, wide).sin().sum(), (codes, wide))
    for a, b in zip(torch.autograd.grad(shrink(codes, wide).sin().sum(), (codes, wide)), expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-13)


GROUPS = [0, 1, 1, 0, 2, 1, 3, 3, 1, 0, 0, 0]


def test_group_threshold_is_the_prox_of_the_group_lasso():
    """Lemma 1 with weights sqrt(size): atom k of group G goes to u_G max(1 - t sqrt(|G|) / |u_G|, 0)."""
    codes, expected = normal(2, COUNT, ATOMS), torch.zeros(2, COUNT, ATOMS, dtype=torch.float64)
    for g in set(GROUPS):
        rows = [i for i, h in enumerate(GROUPS) if h == g]
        for b in range(2):
            for k in range(ATOMS):
                u = codes[b, rows, k]
                length, limit = float(u.norm()), float(POSITIVE[k]) * math.sqrt(len(rows))
                expected[b, rows, k] = u * max(1 - limit / length, 0)
    found = soft_group_threshold(codes, POSITIVE, partition(GROUPS))
    assert 0 < int((found == 0).sum()) < found.numel() / 2
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-7)  # the 1e-8 under the root


def test_no_perturbation_lowers_the_group_lasso():
    codes, similarity = normal(1, COUNT, ATOMS), partition(GROUPS)
    rows = [[i for i, h in enumerate(GROUPS) if h == g] for g in set(GROUPS)]

    def objective(a):
        lengths = sum(math.sqrt(len(r)) * (POSITIVE * a[0, r].norm(dim=0)).sum() for r in rows)
        return 0.5 * (a - codes).square().sum() + lengths

    found = soft_group_threshold(codes, POSITIVE, similarity)
    for seed in range(20):
        assert objective(found + 0.01 * normal(1, COUNT, ATOMS, seed=seed)) > objective(found)
    assert objective(codes) > objective(found) + 0.1


def test_groups_of_one_are_thresholded_softly():
    codes = normal(2, COUNT, ATOMS)
    found = soft_group_threshold(codes, POSITIVE, partition(range(COUNT)))
    torch.testing.assert_close(found, soft(codes, POSITIVE), rtol=0, atol=1e-7)


def test_a_negative_threshold_doubles_small_codes_at_most():
    codes = normal(1, COUNT, ATOMS) * torch.tensor([1.0, 1e-3, 1e-6, 1e-9, 0.0], dtype=torch.float64)
    result = soft_group_threshold(codes, -0.2 * torch.ones(1, 1, ATOMS, dtype=torch.float64), partition(range(COUNT)))
    torch.testing.assert_close(result[..., 1:], 2 * codes[..., 1:])
    large = codes[..., :1].abs() > 0.2
    torch.testing.assert_close(result[..., :1][large], (codes + 0.2 * codes.sign())[..., :1][large], rtol=1e-6, atol=0)


def test_group_threshold_gradients():
    similarity = smooth()
    inputs = (normal(2, COUNT, ATOMS).requires_grad_(), 0.3 * SIGNED.clone().requires_grad_())
    assert torch.autograd.gradcheck(lambda u, t: soft_group_threshold(u, t, similarity), inputs, fast_mode=True)


def least(value, low, high):
    """The minimiser of a convex function of each entry, by thirds."""
    for _ in range(150):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        better = value(left) <= value(right)
        low, high = torch.where(better, low, left), torch.where(better, right, high)
    return (low + high) / 2


@pytest.mark.parametrize("pull", [0.02, 0.2, 1.0])
def test_centralized_threshold_minimises_its_objective(pull):
    codes, similarity = normal(2, COUNT, ATOMS), smooth()
    sigma = similarity.weights(0)
    mean = sigma @ codes / sigma.sum(-1, keepdim=True)
    best = least(
        lambda v: (v - codes).square() / 2 + POSITIVE * v.abs() + pull * (v - mean).abs(),
        torch.full_like(codes, -9.0),
        torch.full_like(codes, 9.0),
    )
    found = centralized_threshold(codes, POSITIVE, torch.tensor(pull, dtype=torch.float64), similarity)
    assert bool(((found - mean).abs() < 1e-12).any())
    torch.testing.assert_close(found, best, rtol=0, atol=1e-7)


def test_without_a_pull_centralized_is_soft():
    codes = normal(2, COUNT, ATOMS)
    found = centralized_threshold(codes, POSITIVE, torch.zeros(1, 1, ATOMS).double(), smooth())
    torch.testing.assert_close(found, soft(codes, POSITIVE), rtol=0, atol=1e-15)


def test_pulled_to_zero_both_thresholds_add_up():
    codes = normal(1, COUNT, ATOMS)
    codes = torch.cat([codes, -codes], 1)  # their mean is zero
    features = torch.zeros(1, 2 * COUNT, 1, dtype=torch.float64)
    similarity = SimilarityMatrix.of(features, tiles(ROWS, 2 * COLUMNS, 99, features))
    found = centralized_threshold(codes, POSITIVE, 2 * POSITIVE, similarity)
    torch.testing.assert_close(found, soft(codes, 3 * POSITIVE), rtol=0, atol=1e-12)


def test_centralized_gradients():
    similarity = smooth()
    inputs = tuple(x.clone().requires_grad_() for x in (normal(2, COUNT, ATOMS), POSITIVE + 0.1, 0.2 * POSITIVE + 0.1))
    assert torch.autograd.gradcheck(lambda *x: centralized_threshold(*x, similarity), inputs, fast_mode=True)
