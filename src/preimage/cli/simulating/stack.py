"""``preimage simulate`` of stacks: files of several planes, or of values in their own units."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from preimage.cli.interrupts import import_interruptibly
from preimage.cli.output import say
from preimage.cli.progress import bar
from preimage.cli.simulating.options import SimulationOptions
from preimage.cli.simulating.places import check_options
from preimage.cli.stacks import holds_stack, place_beside
from preimage.errors import ArgumentError
from preimage.files.atomic import check_free
from preimage.files.places import record_beside
from preimage.files.stacks.opening import open_lazily
from preimage.files.stacks.writing import stack_format_of
from preimage.simulate.declaration import PhysicsRow

if TYPE_CHECKING:
    from preimage.files import StoredArray
    from preimage.simulate import SimulationRecord

__all__ = ["is_measured_stack", "repeat_stack", "run_stack_simulation"]


def is_measured_stack(inputs: Sequence[str], options: SimulationOptions) -> bool:
    """Whether a command is about one stack: by its axes, its format, or that of what is written."""
    if options.axes is not None or options.key is not None:
        return True
    # An array may be the measurement of a picture, too.
    output = None if options.output is None or options.output.suffix.lower() == ".npy" else options.output
    return len(inputs) == 1 and holds_stack(Path(inputs[0]), output)


def run_stack_simulation(
    inputs: Sequence[str], row: PhysicsRow, noise: str, values: Mapping[str, Any], options: SimulationOptions
) -> int:
    """Measure the stack that a command is about.

    Raises:
        PreimageError: a file cannot be read or written, or an option is out of range or not for stacks.
    """
    if len(inputs) != 1 or options.recursive:
        raise ArgumentError(f"`INPUT` must be one stack, without --recursive, got {len(inputs)}; give one at a time.")
    check_options(row, values)
    array = open_lazily(inputs[0], options.key, options.axes)
    output = _output(array, options.output, row, options.overwrite)
    import_interruptibly("preimage.simulate.stacks.simulate_stack")
    from preimage.simulate import PhysicsDescription, simulate_stack

    described = PhysicsDescription(row.name, noise, values, options.seed or 0)
    named = replace(array, name=options.key or "")
    with bar(array.path.name) as moved:
        record = simulate_stack(
            named, output, described, axes=options.axes, overwrite=options.overwrite, progress=moved
        )
    return _told(array, output, record)


def repeat_stack(inputs: Sequence[str], record: "SimulationRecord", row: PhysicsRow, options: SimulationOptions) -> int:
    """Measure again what a record tells.

    Raises:
        PreimageError: a file cannot be read or written, or is another one than then.
    """
    if len(inputs) > 1:
        raise ArgumentError("`INPUT` must be the recorded stack, got several; give one, or none.")
    array = open_lazily(
        inputs[0] if inputs else record.input["path"], record.stack.get("key"), record.stack.get("axes")
    )
    output = _output(array, options.output, row, options.overwrite)
    from preimage.simulate import simulate_stack_again

    with bar(array.path.name) as moved:
        again = simulate_stack_again(record, output, array.path, overwrite=options.overwrite, progress=moved)
    return _told(array, output, again)


def _output(array: "StoredArray", output: Path | None, row: PhysicsRow, overwrite: bool) -> Path:
    path = place_beside(array, row.name) if output is None else output
    _, stacks = stack_format_of(path)
    for each, is_folder in ((path, stacks.makes_folder), (record_beside(path), False)):
        check_free(each, overwrite, is_folder)
    if path.resolve() == array.path.resolve():
        raise ArgumentError(f"`--output` must be another file than INPUT, got {path}; name another.")
    return path


def _told(array: "StoredArray", output: Path, record: "SimulationRecord") -> int:
    layout, unit = array.layout, f" {array.layout.value_unit}" if array.layout.value_unit else ""
    settings = "".join(f" --{name} {value}" for name, value in record.settings.items())
    say(f"{array.path} -> {output}: {record.physics}{settings}")
    spans = dict.fromkeys(f"{low:.4g} to {high:.4g}{unit}" for low, high in record.stack["spans"])
    say(f"  {layout.axes} {'x'.join(map(str, layout.shape))} of {layout.dtype.name}; 0 to 1 is {', '.join(spans)}")
    axes, shape = record.stack["layout"]
    size, beside = "x".join(map(str, shape)), record_beside(output)
    say(f"  {axes} {size}; noise {record.noise}, seed {record.seed}; record {beside}")
    for note in record.notes:
        say(f"  note: {note}")
    return 0
