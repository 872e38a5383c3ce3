import signal
import threading

import pytest

from preimage.restore.dip.interrupt import wish_to_end


def test_the_first_interrupt_is_noted_and_the_second_interrupts():
    usual = signal.getsignal(signal.SIGINT)
    with wish_to_end() as is_over:
        assert not is_over()
        signal.raise_signal(signal.SIGINT)
        assert is_over()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is usual


def test_other_threads_and_ignored_interrupts_are_left_alone():
    heard = []

    def run():
        with wish_to_end() as is_over:
            heard.append((is_over(), signal.getsignal(signal.SIGINT)))

    usual = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert heard == [(False, usual)]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with wish_to_end() as is_over:
            signal.raise_signal(signal.SIGINT)
            assert not is_over()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, usual)
