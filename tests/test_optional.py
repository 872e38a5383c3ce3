import json

import pytest

from preimage._optional import require
from preimage.errors import MissingDependency


def test_a_package_that_is_there_is_returned() -> None:
    assert require("json", "io", "Reading") is json


def test_a_missing_package_names_the_extra_and_the_purpose() -> None:
    with pytest.raises(MissingDependency, match=r"Reading clouds needs the package 'no_such_package'.*preimage\[io\]"):
        require("no_such_package.inside", "io", "Reading clouds")
