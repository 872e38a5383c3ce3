import pytest
import torch

from preimage.models import SC, CentralizedSC, Search
from preimage.models.sparse import similarity, windows
from preimage.physics import Demosaicing
from tests.example import Example
from tests.models.sparse.definition import images, made, restored

EXAMPLES = {
    CentralizedSC: [Example(lambda: CentralizedSC(1, 3, 8, 4), shape=(2, 1, 9, 11))],
}

LEVELS = torch.tensor([0.03, 0.12, 0.3], dtype=torch.float64)

CASES = {
    "plain": {},
    "strided": {"search": Search(4, 2, patch_stride=2)},
    "renewed": {"search": Search(5, 3, renew=2)},
    "two channels": {"channels": 2},
    "levels": {"levels": (0.05, 0.1, 0.2)},
}


def problem(masked, **case):
    model = made(CentralizedSC, **case)
    y = images(3, model.channels, 9, 11)
    if not masked:
        return model, y, None
    mask = (torch.rand(y.shape, generator=torch.Generator().manual_seed(3)) > 0.3).double()
    return model, y * mask, mask


@pytest.mark.parametrize("one_tile", [2304, 1])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
def test_it_is_the_dense_definition(monkeypatch, one_tile, case, masked):
    monkeypatch.setattr(windows, "_ONE_TILE", one_tile)
    model, y, mask = problem(masked, **case)
    expected, found = restored(model, y, LEVELS, mask), model.estimate(y, LEVELS, mask)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-9)
    gradients = [torch.autograd.grad(x.sin().sum(), list(model.parameters())) for x in (found, expected)]
    for a, b in zip(*gradients, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)
    monkeypatch.setattr(similarity, "_KEPT", 0)
    with torch.no_grad():
        torch.testing.assert_close(model.estimate(y, LEVELS, mask), expected, rtol=0, atol=1e-9)


def test_single_precision():
    model, y, _ = problem(False)
    expected = restored(model, y, LEVELS)
    found = model.float().estimate(y.float(), LEVELS)
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-5)


def test_without_pulls_it_is_sparse_coding():
    model, y, _ = problem(False)
    with torch.no_grad():
        model.pulls.zero_()
    plain = SC(1, 3, 7, 8, (0.1,)).double()
    plain.load_state_dict({name: model.state_dict()[name] for name in plain.state_dict()})
    torch.testing.assert_close(model(y, LEVELS), plain(y, LEVELS), rtol=0, atol=1e-12)


def test_strong_pulls_make_codes_more_alike():
    model, y, _ = problem(False)
    spreads = []
    for size in (0.0, 0.05):
        with torch.no_grad():
            model.pulls.fill_(size)
            spreads.append(float(model.code(y, 0.1).codes.std(1).mean()))
    assert spreads[1] < 0.9 * spreads[0]


def test_its_size():
    assert sum(p.numel() for p in CentralizedSC().parameters()) == 68_434 + 24 * 256


def test_demosaicing_keeps_its_samples():
    model, x = made(CentralizedSC, 3, atoms=30), images(2, 3, 9, 11)
    y = Demosaicing().A(x)
    assert torch.equal(Demosaicing().A(model.reconstruct(y, Demosaicing())), y)
