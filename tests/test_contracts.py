"""Every public class with a contract is found and driven through its check."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import preimage
from preimage._module import Module
from preimage._tree import dot, leaves, tree_map
from preimage.denoisers import Denoiser
from preimage.fidelity import likelihood
from preimage.functional import Conjugable, LinearlyComposed, Proximable, Smooth
from preimage.loss import Loss
from preimage.metric import Metric
from preimage.optim.algorithm import Algorithm
from preimage.physics import LinearPhysics, Physics
from preimage.physics.generators import ParameterGenerator
from preimage.physics.noise import Noise
from preimage.reconstructor import Reconstructor
from preimage.testing import (
    check_algorithm,
    check_composed,
    check_conjugate,
    check_denoiser,
    check_generator,
    check_loss,
    check_metric,
    check_prox,
    check_reconstructor,
    check_smooth,
    check_transform,
)
from preimage.testing._compare import normal_like
from preimage.testing._properties import run_properties
from preimage.testing._values import samples_of, tensor_fields
from preimage.testing.noise import noise_properties
from preimage.transform import Transform
from tests.contract import require_operator
from tests.example import ABSTRACT, Example, deblurring, quadratic, random

COVERS = ["preimage.testing._values"]

TESTS = Path(__file__).parent


def collect() -> dict[type, list[Example]]:
    """The ``EXAMPLES`` of all test files."""
    found: dict[type, list[Example]] = {}
    homes: dict[type, Path] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__) or not re.search(r"^EXAMPLES\b", path.read_text(encoding="utf-8"), re.MULTILINE):
            continue
        module = importlib.import_module(".".join(["tests", *path.relative_to(TESTS).with_suffix("").parts]))
        for cls, examples in module.EXAMPLES.items():
            assert cls not in found, f"{cls.__name__} has EXAMPLES in {path} and in {homes[cls]}; keep them in one"
            found[cls], homes[cls] = examples, path
    return found


EXAMPLES = collect()

CONTRACTS = (
    Physics, Noise, Smooth, Proximable, Conjugable, LinearlyComposed, Denoiser, ParameterGenerator, Reconstructor,
    Metric, Algorithm, Loss, Transform,
)  # fmt: skip
# Their checks compare with float64 themselves.
ONCE = (Reconstructor, Metric, Algorithm, Loss)

APPLICATIONS = ("preimage.cli", "preimage.restore", "preimage.web")  # they use the contracts, they add none


def public_classes() -> dict[type, str]:
    """Classes with a contract that some public module lists in ``__all__``, and where."""
    found: dict[type, str] = {}
    for info in pkgutil.walk_packages(preimage.__path__, "preimage."):
        if any(part.startswith("_") for part in info.name.split(".")) or info.name.startswith(APPLICATIONS):
            continue
        if not info.ispkg and info.name != "preimage.functional":
            continue
        module = importlib.import_module(info.name)
        for name in vars(module).get("__all__", ()):
            member = getattr(module, name)
            if isinstance(member, type) and issubclass(member, CONTRACTS):
                found.setdefault(member, f"{info.name}.{name}")
    return found


def home(cls: type) -> str:
    """The test file of a class: ``tests/physics/test_blur.py`` for ``preimage.physics.blur.blur``."""
    *folders, name = cls.__module__.split(".")[1:]
    return "/".join(["tests", *folders, f"test_{name.lstrip('_')}.py"])


@pytest.mark.parametrize("cls", [pytest.param(cls, id=name) for cls, name in public_classes().items()])
def test_every_public_class_has_an_example(cls: type) -> None:
    assert cls in ABSTRACT or EXAMPLES.get(cls), (
        f"{cls.__module__}.{cls.__name__} is public and has no instance to check; add one to EXAMPLES in {home(cls)} "
        "(or the class to ABSTRACT in tests/example.py, if it is only meant to be derived from)."
    )


def test_examples_are_of_their_class() -> None:
    for cls, examples in EXAMPLES.items():
        for example in examples:
            made = example.make()
            assert type(made) is cls, f"the example of {cls.__name__} is a {type(made).__name__}"


CASES = [
    pytest.param(example, dtype, id=f"{cls.__name__}-{index}-{str(dtype).removeprefix('torch.')}")
    for cls, examples in EXAMPLES.items()
    for index, example in enumerate(examples)
    for dtype in (torch.float32, torch.float64, torch.complex64, torch.complex128)
    if (example.complex if dtype.is_complex else example.real)
    and not (issubclass(cls, ONCE) and dtype in (torch.float64, torch.complex128))
]


# Some examples stop early on purpose, so that they are smooth maps.
early = pytest.mark.filterwarnings("ignore::preimage.errors.ConvergenceWarning")


@early
@pytest.mark.parametrize(("example", "dtype"), CASES)
def test_contract(example: Example, dtype: torch.dtype) -> None:
    value = example.make()
    if dtype in (torch.float64, torch.complex128):
        value = value.to(torch.float64)
    drive(value, images(example.shape, dtype), example)


def images(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    x = random(*shape, seed=2, low=0.05)
    return (torch.complex(x, random(*shape, seed=3)) if dtype.is_complex else x).to(dtype)


@pytest.fixture(scope="module", autouse=True)
def _guards_are_not_timed() -> Iterator[None]:
    """Each compilation measures how fast its guards are, after it has emptied the caches of the processor: 0.1 s."""
    with pytest.MonkeyPatch.context() as patch:
        guards = importlib.import_module("torch._dynamo.guards")
        patch.setattr(guards, "profile_guard_manager", lambda *_: 0.0, raising=False)
        yield


def drive(value: Any, x: Tensor, example: Example) -> None:
    if isinstance(value, Reconstructor):
        physics = (example.physics or deblurring)()
        y = physics(x, rng=torch.Generator().manual_seed(1))
        check_reconstructor(value, y, physics, max(example.tol, 1e-4), example.double)
    if isinstance(value, Metric):
        check_metric(value, x.lerp(x.flip(0), 0.1), x)
    if isinstance(value, Loss):
        physics = (example.physics or deblurring)()
        model = example.model() if example.model else None
        check_loss(value, x, physics(x, rng=torch.Generator().manual_seed(1)), physics, model)
    if isinstance(value, Algorithm):
        check_algorithm(value, *(example.terms or quadratic)(), x, tol=max(example.tol, 1e-4))
    # In double precision graphs are traced the same way, and the law of a noise is always tried in it.
    is_single = x.real.dtype == torch.float32
    if isinstance(value, Physics):
        require_operator(value, x, is_traced=is_single)
    if isinstance(value, Noise):
        z = x if example.parts is None else (x,) * example.parts
        parts = noise_properties(value, z, draws=example.draws)
        run_properties(part for part in parts if is_single or part.name != "law")
    if isinstance(value, Smooth):
        check_smooth(value, x)
    if isinstance(value, Proximable):
        check_prox(value, x, tol=example.tol)
    if isinstance(value, Conjugable):
        check_conjugate(value, x)
    if isinstance(value, LinearlyComposed):
        check_composed(value, x)
    if isinstance(value, Denoiser):
        check_denoiser(value, x)
    if isinstance(value, ParameterGenerator):
        check_generator(value)
    if isinstance(value, Transform):
        check_transform(value, x)


def cases_of(*kinds: type) -> list:
    """One example of each of the public classes of some kinds, in single precision."""
    return [
        pytest.param(example, id=f"{cls.__name__}-{index}")
        for cls, examples in EXAMPLES.items()
        for index, example in enumerate(examples)
        if issubclass(cls, kinds)
    ]


@early
@pytest.mark.parametrize("example", cases_of(Smooth, Physics, Denoiser, Noise))
def test_inference_mode_changes_nothing(example: Example) -> None:
    x = images(example.shape, torch.float32 if example.real else torch.complex64)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        expected = derived(example.make(), x, example)
    with torch.random.fork_rng(devices=[]), torch.inference_mode():
        torch.manual_seed(0)
        found = derived(example.make(), x + 0, example)
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b)


def derived(value: Any, x: Tensor, example: Example) -> list[Tensor]:
    """What may take derivatives inside, at ``x``."""
    if isinstance(value, Noise):
        z = x if example.parts is None else (x,) * example.parts
        return leaves(value.grad(z, tree_map(lambda leaf: leaf + 0.1, z)))
    if isinstance(value, Denoiser):
        return [value(x, 0.1)]
    if isinstance(value, Physics):
        y, pull = value.pullback(x)
        return [*leaves(y), value.vjp(x, y), pull(y)]
    return [value(x), value.grad(x), *value.value_and_grad(x)]


@early
@pytest.mark.parametrize("example", cases_of(Physics, Denoiser))
def test_an_empty_batch_comes_back_empty(example: Example) -> None:
    x = images(example.shape, torch.float32 if example.real else torch.complex64)
    value = example.make()
    if isinstance(value, Denoiser):
        assert value(x[:0], 0.1).shape == x[:0].shape
        assert value(x[:0], torch.zeros(0)).shape == x[:0].shape
        return
    value = samples_of(value, slice(0, 0), len(x))
    for y, like in zip(leaves(value.A(x[:0])), leaves(example.make().A(x)), strict=True):
        assert y.shape == like[:0].shape
        assert y.dtype == like.dtype
    y = value.A(x[:0])
    assert value.vjp(x[:0], y).shape == x[:0].shape
    assert likelihood(value, y).grad(x[:0]).shape == x[:0].shape
    if isinstance(value, LinearPhysics):
        assert value.A_dagger(y).shape == x[:0].shape
        assert value.solve_shifted(x[:0], 0.1).shape == x[:0].shape
        assert value.solve_regularized(y, 0.1).shape == x[:0].shape
        assert value.norm(x[:0]).shape[0] in (0, 1)


@early
@pytest.mark.parametrize("example", cases_of(Physics, Noise))
def test_gradients_reach_every_parameter(example: Example) -> None:
    """Those of operators and of likelihoods, against central differences; zero where a parameter does not count."""
    value = example.make().to(torch.float64)
    x = images(example.shape, torch.float64 if example.real else torch.complex128)
    z = x if example.parts is None else (x,) * example.parts
    drawn = value.sample(z, torch.Generator().manual_seed(1)) if isinstance(value, Noise) else None

    def measured(name: str, theta: Tensor) -> Tensor:
        changed = value.replace(**{name: theta})
        if isinstance(changed, Noise):
            return changed.nll(z, drawn).sum()
        y = changed.A(x)
        return dot(normal_like(y, torch.Generator().manual_seed(2)), y).sum()

    for name, field in tensor_fields(value).items():
        theta = field.detach().clone().requires_grad_()
        found = measured(name, theta)
        gradient = torch.autograd.grad(found, theta)[0] if found.requires_grad else torch.zeros_like(field)
        # In proportion to the parameter, so that what must not be negative is not.
        step = (
            example.change
            * torch.randn(field.shape, generator=torch.Generator().manual_seed(3), dtype=field.dtype)
            * field
        )
        with torch.no_grad():
            difference = (measured(name, field + step) - measured(name, field - step)) / 2
        rounding = 1e-13 * found.detach().abs()
        rtol = max(1e-5, example.change)
        torch.testing.assert_close((gradient * step).sum(), difference, rtol=rtol, atol=float(rounding))


def test_what_is_derived_is_told() -> None:
    """``derive`` gives, by name, all tensors that the constructor computes from the fields, and the same values."""
    for example in (example for examples in EXAMPLES.values() for example in examples):
        made = example.make()
        for part in made.modules() if isinstance(made, Module) else ():
            if not isinstance(part, Module):
                continue
            told = {name: value for name, value in part.derive().items() if isinstance(value, Tensor)}
            assert set(told) == part._non_persistent_buffers_set, type(part).__name__
            for name, value in told.items():
                torch.testing.assert_close(value, part.get_buffer(name), equal_nan=True)
