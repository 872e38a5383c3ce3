import signal
import threading

import pytest

from preimage.solve import interruptible


@pytest.fixture
def _sigterm_interrupts():
    """As in the command line."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("_sigterm_interrupts")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_is_noted_and_the_second_interrupts(number):
    usual = signal.getsignal(number)
    with interruptible() as is_over:
        assert not is_over()
        signal.raise_signal(number)
        assert is_over()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is usual


def test_a_process_without_a_handler_still_ends_by_sigterm():
    with interruptible():
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_other_threads_and_ignored_interrupts_are_left_alone():
    heard = []

    def run():
        with interruptible() as is_over:
            heard.append((is_over(), signal.getsignal(signal.SIGINT)))

    usual = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert heard == [(False, usual)]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible() as is_over:
            signal.raise_signal(signal.SIGINT)
            assert not is_over()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)
