"""What is mended is taken off: the counts of what remains are those that the rules find."""

from types import ModuleType

import pytest

from tests.architecture.source import Source, read
from tests.test_architecture import RULES


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return read()


@pytest.mark.parametrize("rule", RULES)
def test_the_count_is_exact(rule: ModuleType, sources: list[Source]) -> None:
    found = len(list(rule.faults(sources)))
    assert found == rule.REMAINING, f"{found} remain, not {rule.REMAINING}: run python -m tests.architecture --tighten"
