import inspect

from preimage import degradations
from preimage.degradations import DrawnStep
from preimage.degradations.table import drawn_steps


def test_every_drawn_step_is_named() -> None:
    public = {name: value for name, value in vars(degradations).items() if inspect.isclass(value)}
    assert drawn_steps() == {
        name: value for name, value in public.items() if issubclass(value, DrawnStep) and value is not DrawnStep
    }
