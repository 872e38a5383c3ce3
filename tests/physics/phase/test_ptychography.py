import pytest
import torch

from preimage.errors import ShapeError
from preimage.metric import CosineSimilarity
from preimage.optim import PGD, Alternating, AmplitudeLoss, Backtracking, Block
from preimage.physics import (
    FresnelPropagation,
    PoissonNoise,
    Ptychography,
    PtychographyLinearOperator,
    PtychographyProbeOperator,
    build_probe,
    generate_shifts,
)
from tests.example import Example, complex_example, random

SHIFTS = torch.tensor([[0, 0], [1, 2], [3, 1]])


def wave(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.complex(random(*shape, seed=seed, low=0.2), random(*shape, seed=seed + 1, low=-1))


def operator(probe: torch.Tensor, shifts: torch.Tensor = SHIFTS) -> PtychographyLinearOperator:
    return PtychographyLinearOperator(probe, shifts, (6, 5))


EXAMPLES = {
    PtychographyLinearOperator: [
        complex_example(lambda: operator(wave(4, 3)), (2, 1, 6, 5)),
        complex_example(lambda: operator(wave(2, 1, 3, 4), SHIFTS + 0.3), (2, 1, 6, 5)),
        complex_example(
            lambda: PtychographyLinearOperator(wave(3, 4), SHIFTS, (6, 5), FresnelPropagation(2.0, 0.5, 1.0)),
            (2, 1, 6, 5),
        ),
        complex_example(lambda: operator(wave(3, 4), torch.stack([SHIFTS, SHIFTS.flip(0)]) + 0.3), (2, 1, 6, 5)),
    ],
    PtychographyProbeOperator: [
        complex_example(lambda: PtychographyProbeOperator(wave(1, 1, 6, 5), SHIFTS, (4, 3)), (2, 1, 4, 3)),
        complex_example(lambda: PtychographyProbeOperator(wave(2, 1, 6, 5), SHIFTS + 0.3, (3, 4)), (2, 1, 3, 4)),
    ],
    Ptychography: [
        Example(
            lambda: Ptychography(operator(wave(4, 3), SHIFTS + 0.3), PoissonNoise(0.1)), (2, 1, 6, 5), complex=True
        ),
        Example(lambda: Ptychography(operator(wave(4, 3)), PoissonNoise(0.1)), (3, 1, 6, 5)),
    ],
}


def test_each_position_is_a_transform_of_what_it_lights() -> None:
    x, probe = wave(2, 1, 6, 5, seed=7).to(torch.complex128), wave(4, 3).to(torch.complex128)
    y = operator(probe).A(x)
    assert y.shape == (2, 3, 4, 3)
    for k, (row, column) in enumerate(SHIFTS.tolist()):
        part = torch.roll(x, (-row, -column), (2, 3))[..., :4, :3] * probe
        wanted = torch.fft.fftshift(torch.fft.fft2(torch.fft.ifftshift(part, (2, 3)), norm="ortho"), (2, 3))
        torch.testing.assert_close(y[:, k : k + 1], wanted)


def test_a_fraction_of_a_pixel_moves_a_smooth_probe() -> None:
    """A Gaussian beam whose middle lies between pixels."""
    size, radius = 32, 5.0
    place = torch.arange(size, dtype=torch.float64) - size // 2
    shifts = torch.tensor([[2.25, 3.5]], dtype=torch.float64)
    beam = torch.exp(-((place[:, None] - 0.25) ** 2 + (place - 0.5) ** 2) / radius**2)
    probe = build_probe(size, radius, "gaussian", dtype=torch.complex128)
    x = wave(1, 1, 40, 40).to(torch.complex128)
    moved = PtychographyLinearOperator(probe, shifts, (40, 40)).A(x)
    wanted = PtychographyLinearOperator(beam.to(torch.complex128), shifts.long(), (40, 40)).A(x)
    torch.testing.assert_close(moved, wanted, rtol=0, atol=1e-4)


@pytest.mark.parametrize("fraction", [0, 0.3])
def test_each_sample_may_have_positions_of_its_own(fraction: float) -> None:
    x, probe, shifts = wave(2, 1, 6, 5), wave(4, 3), torch.stack([SHIFTS, SHIFTS + 1]) + fraction
    physics, apart = operator(probe, shifts), [operator(probe, own) for own in shifts]
    y = physics.A(x)
    torch.testing.assert_close(y, torch.cat([one.A(part) for one, part in zip(apart, x.split(1), strict=True)]))
    light = torch.cat([one.gram(x[:1]) for one in apart])
    torch.testing.assert_close(physics.gram(x), light)
    torch.testing.assert_close(physics.of_probe(x).A(probe[None, None].expand(2, 1, 4, 3)), y)
    with pytest.raises(ShapeError, match="of 1 or 3 samples"):
        physics.A(wave(3, 1, 6, 5))


def test_whole_numbers_are_the_same_as_integers() -> None:
    x, probe = wave(2, 1, 6, 5), wave(4, 3)
    torch.testing.assert_close(operator(probe, SHIFTS.float()).A(x), operator(probe).A(x))


def test_gradients_reach_probe_and_positions(rng: torch.Generator) -> None:
    x = torch.randn(1, 1, 6, 5, generator=rng, dtype=torch.complex128)
    probe = wave(4, 3).to(torch.complex128).requires_grad_()
    shifts = (SHIFTS + 0.3).double().requires_grad_()
    physics = Ptychography(operator(probe.detach(), shifts.detach()))
    assert torch.autograd.gradcheck(lambda p, s: physics.replace(probe=p, shifts=s).A(x), (probe, shifts))


@pytest.mark.parametrize("fraction", [0, 0.3])
def test_it_is_linear_in_the_probe_too(fraction: float) -> None:
    x, probe = wave(2, 1, 6, 5), wave(2, 1, 4, 3)
    physics = operator(probe, SHIFTS + fraction)
    torch.testing.assert_close(physics.of_probe(x).A(probe), physics.A(x))


def test_least_squares_finds_object_and_probe() -> None:
    shifts = generate_shifts((20, 18), 8, 3.0).long()
    x, probe = wave(1, 1, 20, 18).to(torch.complex128), build_probe(8, 5.0, "gaussian", dtype=torch.complex128)
    physics = PtychographyLinearOperator(probe, shifts, (20, 18))
    y = physics.A(x)
    torch.testing.assert_close(physics.A_dagger(y), x)
    torch.testing.assert_close(physics.of_probe(x).A_dagger(y), probe[None, None])


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="`probe` must be"):
        operator(torch.ones(3, 4, 4))
    with pytest.raises(ShapeError, match="at most as large as the object"):
        operator(torch.ones(7, 4))
    with pytest.raises(ShapeError, match="`shifts` must be"):
        operator(torch.ones(3, 3), torch.zeros(2, 3))
    with pytest.raises(ShapeError, match="`x` must have shape"):
        operator(torch.ones(3, 3)).A(torch.ones(1, 1, 5, 6))
    with pytest.raises(ShapeError, match="`object` must be"):
        PtychographyProbeOperator(torch.ones(6, 5), SHIFTS, (3, 3))


def test_wrong_positions_are_found_from_patterns(rng: torch.Generator) -> None:
    """Gradients to the positions, for a known object and probe: 0.3 pixels off at first, a thousandth at the end."""
    grid = torch.linspace(0, 2 * torch.pi, 41, dtype=torch.float64)[:40]
    x = torch.polar(
        1 + 0.3 * (2 * grid).sin()[:, None] * (3 * grid).cos(), (3 * grid)[:, None].sin() + (2 * grid).cos()
    )
    truth = generate_shifts((40, 40), 24, 8.0).double() + torch.rand(9, 2, generator=rng, dtype=torch.float64)
    probe = build_probe(24, 6.0, "gaussian", defocus=3.0, dtype=torch.complex128)
    physics = Ptychography(PtychographyLinearOperator(probe, truth, (40, 40)))
    amplitudes = physics.A(x[None, None]).sqrt()
    moves = (0.6 * torch.rand(9, 2, generator=rng, dtype=torch.float64) - 0.3).requires_grad_()
    search = torch.optim.LBFGS([moves], max_iter=60, line_search_fn="strong_wolfe", tolerance_grad=1e-10)

    def misfit() -> torch.Tensor:
        search.zero_grad()
        found = physics.replace(shifts=truth + moves).A(x[None, None])
        loss = ((found + 1e-12).sqrt() - amplitudes).square().sum()
        loss.backward()
        return loss

    search.step(misfit)
    assert float(moves.detach().abs().max()) < 1e-3


def test_probe_and_positions_are_found_together_with_the_object(rng: torch.Generator) -> None:
    """From an object that is a tenth off, a probe out of focus by another amount, positions off by half a pixel."""
    x = torch.polar(0.4 + 0.6 * torch.rand(1, 1, 24, 24, generator=rng), 3 * torch.rand(1, 1, 24, 24, generator=rng))
    shifts = generate_shifts((24, 24), 16, 4.0, jitter=1.0, rng=rng)[None]
    probe = build_probe(16, 5.0, defocus=6.0)[None, None]
    physics = Ptychography(PtychographyLinearOperator(probe, shifts, (24, 24)))
    y, moves = physics.A(x), torch.rand(shifts.shape, generator=rng) - 0.5
    guess = physics.replace(probe=build_probe(16, 4.5, defocus=5.0)[None, None], shifts=shifts + moves)
    search = Backtracking(PGD(), grow=2.0)
    blocks = Block(search), Block(search, steps=3)
    model = Alternating(("probe", "shifts"), Block(search, steps=2), blocks, AmplitudeLoss, max_steps=10, tol=None)
    state = model.solve(y, guess, x * (1 + 0.1 * torch.randn(x.shape, generator=rng))).state
    found, places = state.theta
    rests = [error - error.mean(1, keepdim=True) for error in (moves, places - shifts)]
    assert float(rests[1].norm()) < 0.25 * float(rests[0].norm())
    assert float(CosineSimilarity()(found, probe)) > 0.99
