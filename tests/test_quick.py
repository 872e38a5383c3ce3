import subprocess
import sys
import time

import pytest

from tests.quick import require_quick


def work(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass


def test_what_takes_longer_than_it_may_fails():
    with pytest.raises(pytest.fail.Exception, match=r"more than the 0.02 s"), require_quick(0.02):
        work(0.1)
    with require_quick(5):
        work(0.1)
    with require_quick(None):
        work(0.1)


def test_the_time_of_processes_counts_and_waiting_does_not():
    with require_quick(0.05):
        time.sleep(0.2)
    with pytest.raises(pytest.fail.Exception, match="more than"), require_quick(0.02):
        subprocess.run([sys.executable, "-S", "-c", "sum(range(5_000_000))"], check=True)


def test_a_test_that_fails_tells_its_own_fault():
    def broken():
        work(0.1)
        raise ValueError("own")

    with pytest.raises(ValueError, match="own"), require_quick(0.02):
        broken()
