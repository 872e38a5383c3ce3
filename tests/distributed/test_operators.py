"""Distributed operators and denoisers are those of one process: values, adjoints, norms, solves, reconstructions."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from preimage._tree import dot, leaves, tree_map
from preimage.denoisers import DnCNN, DRUNet
from preimage.distributed import DistributedPhysics, Mesh, ShardedTensor, distribute, shard
from preimage.distributed.agreement import require_same
from preimage.distributed.blur import ShardedBlur
from preimage.distributed.denoiser import ShardedDenoiser
from preimage.distributed.frames import FramewisePhysics
from preimage.distributed.mri import ShardedMRI, ShardedMultiCoilMRI
from preimage.distributed.pencil import CentredPencilFourier, PencilFourier
from preimage.distributed.split import SplitPhysics, SplitStack
from preimage.distributed.variation import ShardedSteps
from preimage.errors import ArgumentError, CapabilityError, ShapeError
from preimage.fidelity import L2, likelihood
from preimage.optim import ADMM, DPIR, FISTA, MLEM, PDHG, PGD, Annealing, PnP, Tikhonov, TVPrior, Variational
from preimage.physics import (
    MRI,
    Blur,
    BlurFFT,
    DynamicMRI,
    GaussianNoise,
    LinearPhysics,
    MultiCoilMRI,
    ParallelBeam,
    PoissonNoise,
    Tomography,
    stack,
)
from preimage.transform import CentredFourier, Fourier
from tests.distributed.processes import failures

COVERS = [
    "preimage.distributed.distribute",
    "preimage.distributed.operator",
    "preimage.distributed.split",
    "preimage.distributed.blur",
    "preimage.distributed.pencil",
    "preimage.distributed.mri",
    "preimage.distributed.frames",
    "preimage.distributed.agreement",
    "preimage.distributed.denoiser",
    "preimage.distributed.variation",
]

Case = tuple[LinearPhysics, tuple[int, ...], bool]


def random(*shape: int, dtype: torch.dtype = torch.float64, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def kernel(*shape: int) -> Tensor:
    values = random(*shape, seed=7).abs()
    return values / values.sum()


def whole(x: Tensor) -> Tensor:
    return x.whole() if isinstance(x, ShardedTensor) else x


def cases() -> dict[str, Case]:
    noise, complex128 = GaussianNoise(0.1), torch.complex128
    maps = random(5, 9, 8, dtype=complex128)
    mask = (random(9, 8) > 0).double()
    beam = ParallelBeam(tuple(float(angle) for angle in range(0, 180, 20)), 13)
    found: dict[str, Case] = {
        f"blur {padding} {shape}": (Blur(kernel(*shape), padding, noise=noise), (2, 3, 11, 9), False)
        for padding in ("valid", "circular", "replicate", "reflect", "zero")
        for shape in ((3, 5), (4, 2), (7, 3))
    }
    return found | {
        "blur of volumes": (Blur(kernel(1, 1, 3, 2, 3), "reflect", noise=noise), (1, 2, 9, 5, 6), False),
        "blur by fft": (BlurFFT(kernel(5, 5), noise), (2, 1, 10, 7), False),
        "blur of volumes by fft": (BlurFFT(kernel(1, 1, 3, 3, 3), noise), (1, 1, 9, 6, 7), False),
        "one kernel an image": (Blur(kernel(2, 3, 3, 3), "zero", noise=noise), (2, 3, 11, 9), False),
        "mri": (MRI(mask, noise), (2, 1, 9, 8), True),
        "mri of volumes": (MRI((random(6, 5, 7) > 0).double(), noise, 3), (1, 1, 6, 5, 7), True),
        "coils": (MultiCoilMRI(mask, maps, noise), (2, 1, 9, 8), True),
        "frames": (DynamicMRI((random(6, 5, 7) > 0).double(), noise), (2, 1, 6, 5, 7), True),
        "views": (Tomography(beam, (9, 9), noise=noise), (2, 1, 9, 9), False),
        "stack": (
            stack(*(Blur(kernel(3, n), "valid", noise=GaussianNoise(0.1 * n)) for n in (1, 2, 3, 4, 5))),
            (2, 1, 9, 8),
            False,
        ),
    }


def distributed(physics: LinearPhysics, mesh: Mesh, name: str) -> DistributedPhysics:
    return distribute(physics, mesh, rows=name.endswith("by rows"))


def kinds_are_those_of_the_table(mesh: Mesh) -> None:
    known = cases()
    kinds = {
        "blur zero (3, 5)": ShardedBlur,
        "blur by fft": ShardedBlur,
        "mri": ShardedMRI,
        "coils": SplitPhysics,
        "coils by rows": ShardedMultiCoilMRI,
        "frames": FramewisePhysics,
        "views": SplitPhysics,
        "stack": SplitStack,
    }
    for name, kind in kinds.items():
        assert type(distributed(known[name.removesuffix(" by rows")][0], mesh, name)) is kind
    assert type(distribute(DnCNN(1, 4, 4), mesh)) is ShardedDenoiser


def transforms_are_those_of_one_process(mesh: Mesh) -> None:
    x, z = random(2, 1, 9, 7), random(1, 1, 6, 5, 7, dtype=torch.complex128)
    there, back = PencilFourier(mesh), CentredPencilFourier(mesh, 3)
    spectrum = there.analysis(shard(x, mesh))
    torch.testing.assert_close(whole(spectrum), Fourier().analysis(x), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(whole(there.synthesis(spectrum, tuple(x.shape))), x, rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(whole(back.analysis(shard(z, mesh))), CentredFourier(3).analysis(z))
    torch.testing.assert_close(whole(back.filter(shard(z, mesh), torch.ones(1, dtype=z.dtype))), z)


def everywhere(check: Callable[[str, Case, Mesh], None], mesh: Mesh) -> None:
    all_cases = cases()
    for name, case in {**all_cases, "coils by rows": all_cases["coils"]}.items():
        try:
            check(name, case, mesh)
        except Exception as error:
            raise AssertionError(f"{name}: {error}") from error


def example(case: Case) -> tuple[Tensor, Tensor]:
    physics, shape, is_complex = case
    x = random(*shape, dtype=torch.complex128 if is_complex else torch.float64)
    return x, tree_map(torch.clone, physics.A(x))


def close(found: object, truth: object, tol: float = 1e-12) -> None:
    for one, other in zip(leaves(found), leaves(truth), strict=True):
        if one.numel() if not isinstance(one, ShardedTensor) or one.placement.sizes is not None else one.local.numel():
            torch.testing.assert_close(whole(one), other, rtol=tol, atol=tol)


def values(name: str, case: Case, mesh: Mesh) -> None:
    physics, (x, y) = case[0], example(case)
    there = distributed(physics, mesh, name)
    measured = there.A(there.image(x))
    if name == "stack":
        for number, (found, truth) in enumerate(zip(measured, y, strict=True)):
            mine = number % mesh.size == mesh.rank
            assert not mine or torch.allclose(found.local, truth)
    else:
        close(measured, y)
    given = there.measurement(y)
    close(there.A_adjoint(given), physics.A_adjoint(y))
    close(there.normal(there.image(x)), physics.normal(x))
    if name != "stack":
        close(there.A(there.A_adjoint(given)), physics.A(physics.A_adjoint(y)))
    torch.testing.assert_close(dot(measured, given), dot(y, y), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(dot(there.A_adjoint(given), there.image(x)), dot(y, y), rtol=1e-11, atol=1e-11)


def norms_and_solves(name: str, case: Case, mesh: Mesh) -> None:
    if name.endswith(("(4, 2)", "(7, 3)")):
        return  # other kernels go the same way
    physics, (x, y) = case[0], example(case)
    there = distributed(physics, mesh, name)
    share, given = there.image(x), there.measurement(y)
    truth = physics.norm(x)
    torch.testing.assert_close(there.norm(share).expand_as(truth), truth, rtol=1e-6, atol=0)
    close(there.solve_regularized(given, 3.0), physics.solve_regularized(y, 3.0), 1e-8)
    f, g = likelihood(physics, y), likelihood(there, given)
    torch.testing.assert_close(g(2 * share), f(2 * x), rtol=1e-12, atol=0)
    close(g.grad(2 * share), f.grad(2 * x), 1e-10)
    torch.testing.assert_close(g.discrepancy(2 * share), f.discrepancy(2 * x), rtol=1e-12, atol=0)


def every_operator_is_that_of_one_process(mesh: Mesh) -> None:
    everywhere(values, mesh)


def every_norm_and_solve_is_that_of_one_process(mesh: Mesh) -> None:
    everywhere(norms_and_solves, mesh)


def gradients(name: str, case: Case, mesh: Mesh) -> None:
    physics, (x, y) = case[0], example(case)
    there = distributed(physics, mesh, name)
    x = x.requires_grad_()
    weights = tree_map(lambda leaf: leaf.detach().square(), y)
    truth = torch.autograd.grad(dot(physics.A(physics.normal(x)), weights).sum(), x)[0]
    share = there.image(x.detach()).requires_grad_()
    loss = dot(there.A(there.normal(share)), there.measurement(weights)).sum()
    close(torch.autograd.grad(loss, share)[0], truth, 1e-10)


def gradients_pass_through_exchanges(mesh: Mesh) -> None:
    everywhere(gradients, mesh)


def algorithms_run_as_they_are(mesh: Mesh) -> None:
    known = cases()
    runs = [
        ("blur reflect (3, 5)", Variational(PDHG(), TVPrior(2.0), max_steps=8, tol=None)),
        ("blur of volumes", Variational(PDHG(), TVPrior(2.0), max_steps=10, tol=None)),
        ("blur by fft", Variational(FISTA(), Tikhonov(3.0), max_steps=40)),
        ("blur zero (4, 2)", Variational(ADMM(), Tikhonov(3.0), max_steps=8)),
        ("views", Variational(PDHG(), TVPrior(1.0), max_steps=8)),
        ("coils", Variational(PGD(), Tikhonov(1.0), max_steps=8)),
        ("coils by rows", Variational(PDHG(), TVPrior(1.0), max_steps=8)),
        ("mri", Variational(PDHG(), TVPrior(1.0), max_steps=8)),
        ("frames", Variational(FISTA(), Tikhonov(1.0), max_steps=8)),
        ("stack", Variational(FISTA(), Tikhonov(1.0), max_steps=8)),
    ]
    for name, model in runs:
        case = known[name.removesuffix(" by rows")]
        y = example(case)[1]
        there = distributed(case[0], mesh, name)
        alone, together = model.solve(y, case[0], trace=True), model.solve(there.measurement(y), there, trace=True)
        assert torch.equal(alone.steps, together.steps), name
        close(together.x, alone.x, 1e-9)
        for key, series in alone.history.columns().items():
            torch.testing.assert_close(together.history.columns()[key], series, rtol=1e-6, atol=1e-9, equal_nan=True)


def sensors_of_a_stack_get_another_noise(mesh: Mesh) -> None:
    physics, y = cases()["stack"][0], example(cases()["stack"])[1]
    there = distribute(physics, mesh)
    x = random(2, 1, 9, 8)
    truth = L2(physics, y, 0.5).value_and_grad(x)
    close(L2(there, there.measurement(y), 0.5).value_and_grad(x), truth)


def total_variation_has_its_prox(mesh: Mesh) -> None:
    for shape, coupled, isotropic in (((2, 3, 9, 8), False, True), ((1, 2, 9, 4, 5), True, False)):
        x = random(*shape)
        prior = TVPrior(0.7, coupled, 1e-6, isotropic=isotropic)
        found = prior.prox(shard(x, mesh), 0.5)
        close(found, prior.prox(x, 0.5), 1e-4)
        assert isinstance(found, ShardedTensor)
    steps = ShardedSteps(shard(random(2, 1, 9, 8), mesh), True, 1.8)
    steps.step(1.0)
    assert bool((steps.step_and_gap(1.0)[1] < 1).all())


def published_methods_run_as_they_are(mesh: Mesh) -> None:
    physics = Blur(kernel(3, 3).float(), "reflect", noise=GaussianNoise(0.05))
    x = random(1, 1, 27, 16, dtype=torch.float32)
    y, there = physics.A(x), distribute(physics, mesh)
    network = DRUNet(1, (4, 4, 4, 4), 1)
    with torch.no_grad():
        alone, together = (DPIR(each, Annealing(3)) for each in (network, distribute(network, mesh)))
        close(together(there.measurement(y), there), alone(y, physics), 1e-5)
        smooth = Variational(PGD(), TVPrior(2.0, tol=1e-7), max_steps=4, tol=None)
        close(smooth(there.measurement(y), there), smooth(y, physics), 1e-4)


def counts_have_their_data_term(mesh: Mesh) -> None:
    physics = Blur(kernel(3, 3), "reflect", noise=PoissonNoise(0.1, 0.1))
    x = random(2, 1, 9, 8).abs()
    y = physics(x, torch.Generator().manual_seed(0))
    there = distribute(physics, mesh)
    close(likelihood(there, there.measurement(y)).grad(there.image(x)), likelihood(physics, y).grad(x), 1e-10)
    richardson_lucy = Variational(MLEM(), max_steps=8, tol=None)
    close(richardson_lucy(there.measurement(y), there), richardson_lucy(y, physics), 1e-10)
    truth = Variational(PDHG(), TVPrior(1.0), max_steps=8)(y, physics)
    close(Variational(PDHG(), TVPrior(1.0), max_steps=8)(there.measurement(y), there), truth, 1e-9)


def denoisers_are_those_of_one_process(mesh: Mesh) -> None:
    x = random(2, 1, 41, 24, dtype=torch.float32)
    shallow = DRUNet(1, (4, 4, 4, 4), 1)
    for denoiser in (DnCNN(1, 4, 4), shallow):
        there = distribute(denoiser, mesh)
        with torch.no_grad():
            torch.testing.assert_close(whole(there(shard(x, mesh), 0.1)), denoiser(x, 0.1), rtol=1e-5, atol=1e-6)
    physics = Blur(kernel(3, 3).float(), "reflect", noise=GaussianNoise(0.05))
    y, blur = physics.A(x), distribute(physics, mesh)
    with torch.no_grad():
        alone = Variational(PGD(), PnP(DnCNN(1, 4, 4)), max_steps=3, tol=None)
        together = alone.replace(prior=PnP(distribute(alone.prior.denoiser, mesh)))
        torch.testing.assert_close(whole(together(blur.measurement(y), blur)), alone(y, physics), rtol=1e-5, atol=1e-5)


def least_squares_solutions_are_those_of_one_process(mesh: Mesh) -> None:
    case = cases()["coils"]
    y = example(case)[1]
    for name in ("coils", "coils by rows"):
        there = distributed(case[0], mesh, name)
        close(there.A_dagger(there.measurement(y)), case[0].A_dagger(y), 1e-7)


def what_has_no_rule_is_refused(mesh: Mesh) -> None:
    with pytest.raises(CapabilityError, match="`thing`"):
        distribute(Blur(kernel(3, 3)).H, mesh)
    with pytest.raises(CapabilityError, match="`rows`"):
        distribute(Blur(kernel(3, 3)), mesh, rows=True)
    require_same(Blur(kernel(3, 3)), mesh)
    if mesh.size > 1:
        drawn = DnCNN(1, 2, 2)
        with torch.no_grad():
            drawn.get_parameter(next(iter(dict(drawn.named_parameters())))).add_(mesh.rank)
        for other in (drawn, Blur(kernel(3, 3) + mesh.rank)):
            with pytest.raises(ArgumentError, match=r"the same in every process, got another .* in \[1"):
                distribute(other, mesh)
        with pytest.raises(ShapeError, match="`mesh`"):
            distribute(stack(Blur(kernel(3, 3))), mesh)
        with pytest.raises(ShapeError, match="`mesh`"):
            distribute(Tomography(ParallelBeam((0.0,), 9), (9, 9)), mesh)
    with pytest.raises(ShapeError, match="`x` must be sharded"):
        distribute(Blur(kernel(3, 3)), mesh).A(random(1, 1, 9, 8))


CHECKS = [
    kinds_are_those_of_the_table,
    transforms_are_those_of_one_process,
    every_operator_is_that_of_one_process,
    every_norm_and_solve_is_that_of_one_process,
    gradients_pass_through_exchanges,
    algorithms_run_as_they_are,
    counts_have_their_data_term,
    sensors_of_a_stack_get_another_noise,
    total_variation_has_its_prox,
    published_methods_run_as_they_are,
    denoisers_are_those_of_one_process,
    least_squares_solutions_are_those_of_one_process,
    what_has_no_rule_is_refused,
]


@pytest.mark.parametrize("size", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_several_processes_compute_what_one_does(size: int) -> None:
    assert failures(CHECKS, size, timeout=280) == {}


def test_a_mesh_of_one_process_computes_what_none_does() -> None:
    for check in (every_operator_is_that_of_one_process, gradients_pass_through_exchanges, what_has_no_rule_is_refused):
        check(Mesh())
