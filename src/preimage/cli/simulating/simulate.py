"""``preimage simulate``."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import complain, say
from preimage.cli.outputs import FileJob, FilePlan, make_folders
from preimage.cli.simulating.options import PHYSICS_NAMES, PIPELINE_NAMES, SimulationOptions
from preimage.cli.simulating.places import check_files, plan_measurements
from preimage.cli.simulating.settings import settings_of
from preimage.cli.simulating.stack import is_measured_stack, repeat_stack, run_stack_simulation
from preimage.cli.words import in_shell_words
from preimage.errors import ArgumentError
from preimage.simulate.declaration import PhysicsRow, nearest
from preimage.simulate.noises import find_noise_spec
from preimage.simulate.table import PHYSICS, PIPELINES, find_physics

if TYPE_CHECKING:
    from preimage.simulate import Simulation

__all__ = ["simulate"]

_SETTINGS = settings_of((*PHYSICS, *PIPELINES))
_NO_SETTINGS = _SETTINGS()
_INPUTS = Annotated[str, Parameter(name="INPUT", help="Pictures, folders of pictures, or quoted patterns.")]


_USUAL = SimulationOptions()


def simulate(
    *inputs: _INPUTS,
    settings: Annotated[_SETTINGS, Parameter(name="*")] = _NO_SETTINGS,  # pyright: ignore[reportInvalidTypeForm]
    options: SimulationOptions = _USUAL,
) -> int:
    """Measure pictures, stacks and volumes: y = N(A(x)), with a physics A and a noise N.

    With --pipeline, A is a random history of degradations, drawn for each picture. Of a stack each plane is measured,
    or each volume where the kernel of a blur is one, with the least values as 0 and the largest as 1; what comes of it
    is in the units of the stack. Beside each measurement stands a record, which repeats it. preimage physics tells of
    every A and N.
    """
    given = {name: value for name, value in asdict(settings).items() if value is not None}
    if options.from_json is not None:
        return _repeat(inputs, given, options)
    row, noise, seed = _row(options), options.noise or "none", options.seed or 0
    values = row.settle(given)
    find_noise_spec(noise)
    if is_measured_stack(inputs, options):
        return run_stack_simulation(inputs, row, noise, values, options)
    planned = plan_measurements(inputs, options.output, row, options.recursive)
    check_files(planned.jobs, row, values, options.overwrite)
    import_interruptibly("preimage.simulate.measurement")
    from preimage.simulate import simulate

    seeds = {job.input: seed + number for number, job in enumerate(planned.jobs)}
    return _carry_out(planned, options, lambda path: simulate(path, row.name, noise, values, seeds[path]))


def _row(options: SimulationOptions) -> PhysicsRow:
    """The physics or the pipeline that was named."""
    if (options.physics is None) == (options.pipeline is None):
        got = "none" if options.physics is None else "both"
        raise ArgumentError(
            f"`--physics` must be given, or --pipeline, got {got}; name one of {PHYSICS_NAMES}, {PIPELINE_NAMES}."
        )
    if options.pipeline is not None and not any(row.name == options.pipeline for row in (*PHYSICS, *PIPELINES)):
        known = nearest(options.pipeline, [row.name for row in PIPELINES])
        raise ArgumentError(f"`--pipeline` must name a pipeline, got {options.pipeline!r}; {known}.")
    row = find_physics(options.physics or options.pipeline or "")
    if (row in PIPELINES) != (options.pipeline is not None):
        right = "--pipeline" if row in PIPELINES else "--physics"
        raise ArgumentError(f"`{right}` must name {row.name}, got the other option; use {right} {row.name}.")
    return row


def _carry_out(planned: FilePlan, options: SimulationOptions, measure: "Callable[[Path], Simulation]") -> int:
    make_folders(planned.jobs, planned.single)
    if planned.passed_over:
        say(f"passed over, no pictures: {', '.join(path.name for path in planned.passed_over[:8])}")
    failed = 0
    for job in planned.jobs:
        try:
            _measure(job, options, measure)
        except Exception as error:
            if planned.single:
                raise
            failed += 1
            complain(f"{job.input}: {' '.join(in_shell_words(str(error)).split()) or type(error).__name__}")
    if not planned.single:
        say(f"{len(planned.jobs) - failed} of {len(planned.jobs)} measured.")
    return 1 if failed else 0


def _measure(job: FileJob, options: SimulationOptions, measure: "Callable[[Path], Simulation]") -> None:
    made = measure(job.input)
    record = made.write(job.output, job.record, options.overwrite)
    shape = "x".join(map(str, record.shape))
    settings = "".join(f" --{name} {value}" for name, value in record.settings.items())
    say(f"{job.input} -> {job.output}: {record.physics}{settings}")
    kind = ", complex" if made.y.is_complex() else ""
    is_drawn = bool(record.drawn) and record.noise == "none"
    noise = "its noise among the recorded steps" if is_drawn else f"noise {record.noise}"
    say(f"  {shape}{kind}; {noise}, seed {record.seed}; record {job.record}")
    for note in record.notes:
        say(f"  note: {note}")


def _repeat(inputs: tuple[str, ...], given: dict[str, Any], options: SimulationOptions) -> int:
    others = {
        "physics": options.physics,
        "pipeline": options.pipeline,
        "noise": options.noise,
        "seed": options.seed,
        "axes": options.axes,
        "key": options.key,
        **given,
    }
    if named := [name for name, value in others.items() if value is not None]:
        raise ArgumentError(
            f"`--from-json` must be the only setting, got --{named[0]} too; drop it, or drop --from-json."
        )
    import_interruptibly("preimage.simulate.measurement")
    from preimage.simulate import SimulationRecord, simulate_again

    assert options.from_json is not None  # or else there is nothing to repeat
    record = SimulationRecord.read(options.from_json)
    row = find_physics(record.physics)
    if record.stack:
        return repeat_stack(inputs, record, row, options)
    planned = plan_measurements(inputs or (record.input["path"],), options.output, row)
    if not planned.single:
        raise ArgumentError("`INPUT` must be the recorded picture, got several; give one, or none.")
    check_files(planned.jobs, row, row.settle(record.settings), options.overwrite)
    return _carry_out(planned, options, lambda path: simulate_again(record, path))
