"""What is mended is taken off: the counts of what remains are those that the rules find."""

from types import ModuleType

import pytest

from tests.test_architecture import RULES, found_by


@pytest.mark.parametrize("rule", RULES)
def test_the_count_is_exact(rule: ModuleType) -> None:
    found = len(found_by(rule))
    assert found == rule.REMAINING, f"{found} remain, not {rule.REMAINING}: run python -m tests.architecture --tighten"
