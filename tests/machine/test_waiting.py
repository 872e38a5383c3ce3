import pytest

from preimage.machine.waiting import wait_briefly


@pytest.mark.parametrize("own", [{"GOMP_SPINCOUNT": "7"}, {"OMP_WAIT_POLICY": "ACTIVE"}])
def test_threads_wait_briefly_unless_the_user_has_said_how_long(own):
    usual = {"PATH": "/bin"}
    wait_briefly(usual)
    assert usual == {"PATH": "/bin", "GOMP_SPINCOUNT": "10000"}
    chosen = dict(own)
    wait_briefly(chosen)
    assert chosen == own
