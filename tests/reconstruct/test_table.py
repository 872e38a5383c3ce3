import pkgutil
from typing import get_args, get_type_hints

import pytest

from preimage.errors import ArgumentError
from preimage.reconstruct.frame.approach import Approach
from preimage.reconstruct.table import MODALITIES, ModalityRow, find_modality


@pytest.mark.parametrize("row", MODALITIES, ids=lambda row: row.name)
def test_a_row_leads_to_what_it_names(row: ModalityRow) -> None:
    assert find_modality(row.name) is row
    assert row.load_acquire() is pkgutil.resolve_name(row.acquire)
    assert row.acquire.startswith(row.module)
    for name in row.methods:
        kind = row.load_method(name)
        assert issubclass(kind, Approach)
        assert kind.name == name
    assert set(get_args(get_type_hints(row.settings)["method"])) == {"auto", *row.methods}


def test_what_is_not_in_the_table_is_told() -> None:
    with pytest.raises(ArgumentError, match="`modality`"):
        find_modality("xray")
    with pytest.raises(ArgumentError, match="`method` must be one of"):
        MODALITIES[0].load_method("magic")
