import pytest
import torch

from preimage.degradations import (
    ChoiceStep,
    CropStep,
    DrawnCrop,
    MaybeStep,
    RepeatStep,
    SequenceStep,
    ShuffleStep,
)
from preimage.errors import ArgumentError

STEPS = tuple(CropStep(n) for n in range(1, 6))


def order(step: ShuffleStep, rng: torch.Generator) -> list[int]:
    return [drawn.multiple for drawn in step.draw(rng) if isinstance(drawn, DrawnCrop)]


def test_a_sequence_keeps_the_order_and_a_repetition_draws_anew(rng: torch.Generator) -> None:
    assert SequenceStep(STEPS[:2]).draw(rng) == (DrawnCrop(multiple=1), DrawnCrop(multiple=2))
    repeated = RepeatStep(ChoiceStep(STEPS, (1.0,) * 5), 30).draw(rng)
    assert len(repeated) == 30
    assert len(set(repeated)) == 5
    assert SequenceStep().draw(rng) == RepeatStep(STEPS[0], 0).draw(rng) == ()


def test_maybe_happens_as_often_as_it_says(rng: torch.Generator) -> None:
    happened = sum(len(MaybeStep(STEPS[0], 0.25).draw(rng)) for _ in range(400))
    assert 70 < happened < 130
    assert not MaybeStep(STEPS[0], 0.0).draw(rng)
    assert MaybeStep(STEPS[0], 1.0).draw(rng)


def test_orders_are_as_likely_as_each_other_but_for_those_kept(rng: torch.Generator) -> None:
    orders = [order(ShuffleStep(STEPS[:3]), rng) for _ in range(600)]
    counts = [orders.count(list(one)) for one in {tuple(one) for one in orders}]
    assert len(counts) == 6
    assert min(counts) > 60
    kept = [order(ShuffleStep(STEPS, in_order=(1, 3)), rng) for _ in range(100)]
    assert all(one.index(2) < one.index(4) for one in kept)
    assert len({tuple(one) for one in kept}) > 30


def test_wrong_weights_places_and_times_are_refused() -> None:
    with pytest.raises(ArgumentError, match="as many as the steps"):
        ChoiceStep(STEPS, (1.0,))
    with pytest.raises(ArgumentError, match="at least 0"):
        ChoiceStep(STEPS[:2], (1.0, -1.0))
    with pytest.raises(ArgumentError, match="places"):
        ShuffleStep(STEPS, in_order=(1, 1))
    with pytest.raises(ArgumentError, match="times"):
        RepeatStep(STEPS[0], -1)
