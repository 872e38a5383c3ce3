"""Settings that make no sense are refused."""

from typing import Any

import pytest

from preimage.errors import ArgumentError
from preimage.models.dip import Fit


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_steps": 0},
        {"runs": 0},
        {"coarse": -1},
        {"rate": 0.0},
        {"fallback": 0.0},
        {"average": 1.0},
        {"input_noise": -1.0},
        {"parameter_noise": -1.0},
        {"precision": "float16"},
    ],
)
def test_refuses(wrong: dict[str, Any]) -> None:
    """With the argument's name."""
    with pytest.raises(ArgumentError, match=next(iter(wrong))):
        Fit(**wrong)
