import dataclasses

from preimage.cli.simulating.settings import settings_of
from preimage.simulate.table import PHYSICS


def test_every_option_is_there_once_and_left_out() -> None:
    kind = settings_of(PHYSICS)
    names = [field.name for field in dataclasses.fields(kind)]
    assert sorted(names) == sorted({option.name for row in PHYSICS for option in row.options})
    assert set(dataclasses.asdict(kind()).values()) == {None}
