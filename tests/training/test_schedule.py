import pytest

from preimage.training import Cosine, WarmupStableDecay


def test_a_plateau_with_warmup_and_decay():
    schedule = WarmupStableDecay(1000, warmup=100, decay=0.3)
    assert [schedule.at(k) for k in (0, 49, 99, 400, 700)] == [0.01, 0.5, 1.0, 1.0, 1.0]
    assert schedule.at(850) == pytest.approx(0.5)
    assert schedule.at(999) == pytest.approx(1 / 300)


def test_half_a_cosine():
    schedule = Cosine(8)
    assert [schedule.at(k) for k in (0, 4)] == pytest.approx([1.0, 0.5])
    assert schedule.at(2) + schedule.at(6) == pytest.approx(1.0)
    assert 0 < schedule.at(7) < 0.05
    assert Cosine(100, 10).at(4) == pytest.approx(0.5 * Cosine(100).at(4))
