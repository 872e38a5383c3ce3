#!/usr/bin/env bash
# dask.distributed: LocalCluster(dashboard_address=None) still serves HTTP, on port 8787.
# The docstring says that None disables the dashboard. It leaves out the dashboard's pages; the scheduler's server with its other pages (health, metrics)
# is started all the same, at the default port. dashboard_link tells an address, and a second cluster beside the first warns that the port is taken.
# Expected: no server, no port taken, no link; two clusters beside one another without a word, as in tests that turn warnings into errors.
# Remedy: a port that is free, on this machine only, and no pages of the dashboard:
#   LocalCluster(dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False})
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check distributed==2026.8.0 dask==2026.8.0 click==8.5.1 cloudpickle==3.1.3 \
  fsspec==2026.9.0 importlib_metadata==10.2.0 Jinja2==3.1.6 lazy-importer==0.1.0 locket==1.0.0 MarkupSafe==3.0.4 msgpack==1.2.4 packaging==26.4 \
  partd==1.4.2 psutil==7.2.2 PyYAML==6.0.4 sortedcontainers==2.4.0 tblib==3.2.2 toolz==1.2.0 tornado==6.6.1 zict==3.0.0 zipp==4.1.2

cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import inspect
import warnings
from importlib.metadata import version

from distributed import LocalCluster

USUAL = 8787


def ports_of_two(**settings):
    """The ports of the schedulers of two clusters side by side, and whether the second one was warned of a port."""
    small = {"n_workers": 1, "processes": False, "threads_per_worker": 1, **settings}
    with LocalCluster(**small) as first, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with LocalCluster(**small) as second:
            ports = [server.port for each in (first, second) for server in each.scheduler.services.values()]
    return ports, any("already in use" in str(warning.message) for warning in told)


print(*(f"{name} {version(name)}" for name in ("distributed", "dask", "tornado")))
promise = next(line for line in inspect.getdoc(LocalCluster).splitlines() if "None" in line and "disable" in line)
print("the docstring:", promise.strip())
for name, settings in (
    ("nothing given", {}),
    ("dashboard_address=None", {"dashboard_address": None}),
    ("the remedy", {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}),
):
    ports, is_warned = ports_of_two(**settings)
    print(f"{name}: ports {ports}, warned of one that is taken: {is_warned}")
    is_usual = name != "the remedy"
    assert len(ports) == 2, "the behaviour has changed"
    assert (ports[0] == USUAL) == is_usual and is_warned == is_usual, "the behaviour has changed, or port 8787 was not free"
PYTHON
