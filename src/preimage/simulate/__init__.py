"""Measurements of pictures, stacks and volumes: image file to measurement, with a record.

What is here is imported when it is first asked for, so that the tables cost nothing.
"""

from typing import TYPE_CHECKING, Any

from preimage._lazy import lazy_name

if TYPE_CHECKING:
    from preimage.simulate.description import PhysicsDescription
    from preimage.simulate.measurement import Simulation, simulate, simulate_again
    from preimage.simulate.picture import sample_picture
    from preimage.simulate.reading import read_measurement
    from preimage.simulate.record import SimulationRecord
    from preimage.simulate.stacks.simulate_stack import simulate_stack, simulate_stack_again

__all__ = [
    "PhysicsDescription",
    "Simulation",
    "SimulationRecord",
    "read_measurement",
    "sample_picture",
    "simulate",
    "simulate_again",
    "simulate_stack",
    "simulate_stack_again",
]

_HOMES = {
    "preimage.simulate.description": ("PhysicsDescription",),
    "preimage.simulate.measurement": ("Simulation", "simulate", "simulate_again"),
    "preimage.simulate.picture": ("sample_picture",),
    "preimage.simulate.reading": ("read_measurement",),
    "preimage.simulate.record": ("SimulationRecord",),
    "preimage.simulate.stacks.simulate_stack": ("simulate_stack", "simulate_stack_again"),
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is first asked for."""
    return lazy_name(__name__, name, _HOMES, ("declaration", "noises", "table"))
