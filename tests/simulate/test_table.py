import pkgutil
import shlex

import pytest

from preimage.cli.app import build_app
from preimage.errors import ArgumentError
from preimage.physics import Physics
from preimage.restore.frame.declaration import Option
from preimage.simulate import sample_picture, simulate
from preimage.simulate.declaration import PhysicsRow
from preimage.simulate.table import PHYSICS, PIPELINES, find_physics, row_of_kind


@pytest.mark.parametrize("row", PHYSICS, ids=[row.name for row in PHYSICS])
def test_a_row_makes_what_it_says(row: PhysicsRow) -> None:
    kind = pkgutil.resolve_name(row.kind)
    assert issubclass(kind, Physics)
    made = simulate(sample_picture(24, 30), row.name, "gaussian:0.02", row.shown)
    assert type(made.physics) is kind
    fits = made.y.ndim == 3 and len(made.y) in (1, 3) and not made.y.is_complex()
    assert fits or row.suffix == ".npy"
    assert row_of_kind(kind.__name__) is row


def test_options_of_one_name_are_of_one_type() -> None:
    found: dict[str, Option] = {}
    for row in PHYSICS:
        assert len({option.name for option in row.options}) == len(row.options)
        for option in row.options:
            assert found.setdefault(option.name, option).type == option.type


@pytest.mark.parametrize("row", PHYSICS, ids=[row.name for row in PHYSICS])
def test_examples_can_be_parsed(row: PhysicsRow) -> None:
    build_app().parse_args(shlex.split(row.example)[1:], exit_on_error=False, print_error=False)


def test_names_are_found_in_any_spelling() -> None:
    assert find_physics("Compressed_Sensing") is find_physics("compressed sensing")
    assert row_of_kind("Stack") is None
    with pytest.raises(
        ArgumentError, match="`--physics` must name a physics, got 'tomografy'; the nearest are tomography"
    ):
        find_physics("tomografy")


@pytest.mark.parametrize("row", PIPELINES, ids=[row.name for row in PIPELINES])
def test_a_pipeline_makes_what_it_says(row: PhysicsRow) -> None:
    made = simulate(sample_picture(24, 32), row.name)
    assert type(made.physics) is pkgutil.resolve_name(row.kind)
    assert made.record.drawn
    assert row.name == "scunet" or made.y.shape == (3, 6, 8)
    assert {option.name for option in row.options}.isdisjoint(
        option.name for other in PHYSICS for option in other.options
    )
