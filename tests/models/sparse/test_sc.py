import pytest
import torch

from preimage.errors import ArgumentError, ShapeError
from preimage.models import SC, SparseReconstructor
from preimage.models.sparse import updates
from preimage.models.sparse.sc import Coding
from preimage.physics import Demosaicing, Denoising, GaussianNoise, Inpainting
from tests.example import Example
from tests.models.sparse.definition import Search, averaged, images, made, places, restored, soft

EXAMPLES = {
    SC: [
        Example(lambda: SC(1, 3, 8, 4), shape=(2, 1, 9, 11)),
        Example(lambda: SC(3, 4, 8, 4, (0.05, 0.2), 2), shape=(2, 3, 9, 11)),
    ],
}

LEVELS = torch.tensor([0.03, 0.12, 0.3], dtype=torch.float64)


def count(model):
    return sum(parameter.numel() for parameter in model.parameters())


def random_mask(*shape):
    return (torch.rand(shape, generator=torch.Generator().manual_seed(3)) > 0.3).double()


def test_published_sizes():
    assert (count(SC()), count(SC(3))) == (68_352, 119_040)
    assert (SC().patch, SC(3).patch) == (9, 7)


CASES = {
    "plain": {},
    "two channels": {"channels": 2},
    "strided": {"search": Search(patch_stride=2)},
    "levels": {"levels": (0.05, 0.1, 0.2)},
    "one step": {"n_steps": 1},
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
def test_it_is_the_formulas_written_out(case, masked):
    model = made(SC, **case)
    y = images(3, model.channels, 9, 11)
    mask = random_mask(3, model.channels, 9, 11) if masked else None
    y = y * mask if masked else y
    expected, found = restored(model, y, LEVELS, mask), model.estimate(y, LEVELS, mask)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-9)
    used = [p for p in model.parameters() if case.get("n_steps", 8) > 1 or p is not model.dictionary]
    gradients = [torch.autograd.grad(x.sin().sum(), used) for x in (found, expected)]
    for a, b in zip(*gradients, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9)


def test_chunks_make_no_difference(monkeypatch):
    model, y = made(SC), images(2, 1, 9, 11)
    expected = model.estimate(y, 0.1)
    monkeypatch.setattr(updates, "_CHUNK", 10)
    with torch.no_grad():
        torch.testing.assert_close(model.estimate(y, 0.1), expected, rtol=0, atol=1e-13)


def test_codes_are_sparse_and_rebuild_the_estimate():
    model, y = made(SC), images(2, 1, 9, 11)
    coding = model.code(y, LEVELS[:2])
    assert isinstance(coding, Coding)
    assert coding.grid == (7, 9)
    assert coding.similarity is None
    assert 0.2 < float((coding.codes == 0).double().mean()) < 0.95
    patches = coding.codes @ model.output.T + coding.observed.means
    expected = averaged(patches, y.shape, places(y.shape, 3, 1)[1])
    torch.testing.assert_close(model.estimate(y, LEVELS[:2]), expected, rtol=0, atol=1e-13)


def test_a_whole_image_is_a_block_with_a_reflected_border():
    model, y = made(SC), images(2, 1, 9, 11)
    wide = torch.nn.functional.pad(y, (2, 2, 2, 2), mode="reflect")
    torch.testing.assert_close(model(y, 0.1), model.estimate(wide, 0.1)[..., 2:-2, 2:-2], rtol=0, atol=1e-14)


def test_samples_are_independent():
    model, y = made(SC, levels=(0.05, 0.1, 0.2)), images(3, 1, 9, 11)
    alone = torch.cat([model(y[i : i + 1], float(LEVELS[i])) for i in range(3)])
    torch.testing.assert_close(model(y, LEVELS), alone, rtol=0, atol=1e-13)


def test_single_precision():
    model, y = made(SC), images(2, 1, 9, 11)
    expected = restored(model, y, LEVELS[:2])
    found = model.float().estimate(y.float(), LEVELS[:2])
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=1e-5)


def test_calls_repeat():
    model, y = made(SC).float(), images(2, 1, 9, 11).float()
    assert torch.equal(model(y, 0.1), model(y, 0.1))
    assert torch.equal(SC().encoder, SC().encoder)  # drawn from a generator of its own


def test_without_noise_an_identity_dictionary_changes_nothing():
    model = SC(patch=3, atoms=9, n_steps=5).double()
    model.start_from(torch.eye(9))
    y = images(2, 1, 9, 11)
    torch.testing.assert_close(model(y, 0.0), y, rtol=0, atol=1e-13)


def test_an_orthogonal_dictionary_thresholds_once():
    """With ``D^T D = I`` every step after the first stands still: coefficients thresholded softly, patches averaged."""
    model = SC(patch=3, atoms=9, n_steps=6, levels=(0.1,)).double()
    basis = torch.linalg.qr(images(1, 1, 9, 9)[0, 0]).Q
    model.start_from(basis)
    y = images(1, 1, 3, 3)
    centred = (y - y.mean()).flatten()
    expected = basis @ soft(basis.T @ centred, 0.02) + y.mean()
    torch.testing.assert_close(model.estimate(y, 0.1).flatten(), expected, rtol=0, atol=1e-8)  # 0.02 in float32


def test_it_is_a_denoiser_and_a_reconstructor():
    model, y = made(SC), images(2, 1, 9, 11)
    found = SparseReconstructor(model)(y, Denoising(GaussianNoise(LEVELS[:2])))
    assert torch.equal(found, model(y, LEVELS[:2]))


def dct(patch, atoms_per_side):
    """Products of cosines, an overcomplete basis of square patches, without the constant."""
    t = (torch.arange(patch, dtype=torch.float64) + 0.5) / patch
    waves = torch.stack([torch.cos(torch.pi * k * patch / atoms_per_side * t) for k in range(atoms_per_side)], 1)
    atoms = torch.einsum("ik,jl->ijkl", waves, waves).reshape(patch**2, -1)[:, 1:]
    atoms = atoms - atoms.mean(0)
    return atoms / atoms.norm(dim=0)


def test_holes_of_a_smooth_image_are_filled():
    rows, columns = torch.meshgrid(torch.linspace(0, 3, 20), torch.linspace(0, 4, 24), indexing="ij")
    x = (0.5 + 0.3 * torch.sin(rows + columns) + 0.1 * torch.cos(2 * columns))[None, None].double()
    mask = torch.rand(20, 24, generator=torch.Generator().manual_seed(0)) > 0.25
    model = SC(patch=6, atoms=80, n_steps=60, levels=(0.1,)).double()
    model.start_from(dct(6, 9))
    with torch.no_grad():
        model.thresholds.copy_(0.1 * torch.logspace(0, -2, 60)[:, None])
        model.output.copy_(model.dictionary)
        found = model.reconstruct(mask * x, Inpainting(mask))
    assert torch.equal(found[..., mask], x[..., mask])  # what was measured stays
    missed = (found - x)[..., ~mask]
    assert float(missed.square().mean().sqrt()) < 0.2 * float((x - x[..., mask].mean())[..., ~mask].std())


@pytest.mark.parametrize("pattern", ["RGGB", "BGGR", "GRBG", "GBRG"])
def test_demosaicing_keeps_its_samples(pattern):
    model, x = made(SC, 3, atoms=30), images(2, 3, 9, 11)
    y = Demosaicing(pattern).A(x)
    found = model.reconstruct(y, Demosaicing(pattern))
    assert found.shape == x.shape
    assert torch.equal(Demosaicing(pattern).A(found), y)
    noisy = model.reconstruct(y, Demosaicing(pattern, GaussianNoise(0.2)))
    assert not torch.equal(Demosaicing(pattern).A(noisy), y)


def test_demosaicing_is_an_estimate_with_a_mask():
    model, x = made(SC, 3, atoms=30), images(1, 3, 9, 12)
    physics = Demosaicing(noise=GaussianNoise(0.2))
    y = physics.A(x)
    wide = torch.nn.functional.pad(physics.mask(x) * y, (2,) * 4, mode="reflect")
    mask = torch.nn.functional.pad(physics.mask(x), (2,) * 4, mode="reflect")
    expected = restored(model, wide, torch.tensor([0.2], dtype=torch.float64), mask)[..., 2:-2, 2:-2]
    torch.testing.assert_close(model.reconstruct(y, physics), expected, rtol=0, atol=1e-9)


def test_images_smaller_than_a_patch():
    model = made(SC, patch=5)
    assert model(images(2, 1, 3, 2), 0.1).shape == (2, 1, 3, 2)  # their border is repeated
    with pytest.raises(ShapeError, match="must be at least 5 pixels high and wide, got 3"):
        model.estimate(images(2, 1, 3, 9), 0.1)


def test_start_from():
    dictionary = images(1, 1, 9, 7)[0, 0]
    model = made(SC)
    model.start_from(dictionary)
    expected = dictionary / torch.linalg.svdvals(dictionary)[0]
    for matrix in (model.initial, model.encoder, model.dictionary, model.output):
        torch.testing.assert_close(matrix.detach(), expected, rtol=1e-12, atol=0)
    with pytest.raises(ShapeError, match=r"`dictionary` must have shape \(9, 7\), got \(7, 9\)"):
        model.start_from(dictionary.T)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"channels": 0}, "`channels` must be at least 1, got 0"),
        ({"patch": 0}, "`patch` must be at least 1, got 0"),
        ({"atoms": 0}, "`atoms` must be at least 1, got 0"),
        ({"n_steps": 0}, "`n_steps` must be at least 1, got 0"),
        ({"patch": 5, "patch_stride": 6}, "`patch_stride` must be in 1..5, the side of a patch, got 6"),
        ({"patch_stride": 0}, "`patch_stride` must be in 1..9"),
        ({"levels": ()}, "`levels` must rise"),
        ({"levels": (0.2, 0.1)}, "`levels` must rise"),
        ({"levels": (0.0, 0.1)}, "`levels` must rise"),
        ({"levels": (-0.1,)}, "`levels` must rise"),
    ],
)
def test_arguments_out_of_range(arguments, words):
    with pytest.raises(ArgumentError, match=words):
        SC(**arguments)


def test_images_it_cannot_take():
    with pytest.raises(ShapeError, match="`y` must have 1 channels, got 3"):
        made(SC).estimate(images(1, 3, 9, 9), 0.1)
    with pytest.raises(ShapeError, match=r"must have shape \(B, C, H, W\)"):
        made(SC)(torch.zeros(1, 1, 3, 9, 9), 0.1)
    with pytest.raises(ShapeError, match="per-image"):
        made(SC)(images(3, 1, 9, 9), LEVELS[:2])
