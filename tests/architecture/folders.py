"""A folder holds at most 25 modules; what has more is two subjects."""

from collections import Counter
from collections.abc import Iterator

from tests.architecture.source import Source

MOST = 25

FAULTS = [{f"physics/x{i}.py": "" for i in range(MOST + 1)}]
GOOD = [{"physics/__init__.py": "", **{f"physics/x{i}.py": "" for i in range(MOST)}}]


def faults(sources: list[Source]) -> Iterator[str]:
    modules = Counter(source.package for source in sources if not source.is_face)
    for package, count in modules.items():
        if count > MOST:
            yield f"{package}: {count} modules, at most {MOST}; make folders of those of one subject"
