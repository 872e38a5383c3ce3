import math

import pytest

from preimage._lazy import lazy_name

HOMES = {"math": ("sqrt", "cos"), "preimage.errors": ("ArgumentError",)}


def test_a_name_comes_from_its_home_and_a_module_from_the_package():
    assert lazy_name("preimage", "sqrt", HOMES) is math.sqrt
    assert lazy_name("preimage", "solve", HOMES, ("solve",)).__name__ == "preimage.solve"


def test_an_unknown_name_is_an_attribute_error_that_tells_the_others():
    with pytest.raises(AttributeError, match=r"'preimage' has no attribute 'sin'; .* ArgumentError, cos, solve, sqrt"):
        lazy_name("preimage", "sin", HOMES, ("solve",))
