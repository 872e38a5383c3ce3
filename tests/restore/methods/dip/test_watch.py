import torch

from preimage.models.dip import Drawn
from preimage.restore.methods.dip.watch import Watch
from preimage.solve import Reason


def state(value, score=torch.nan):
    x = torch.full((1, 1, 2, 2), float(value))
    return Drawn(x, x, x, torch.zeros(1), torch.tensor([score]))


def test_steps_are_counted_from_those_of_the_pictures_before():
    told, words = [], []
    watch = Watch(progress=lambda *numbers: told.append(numbers), done=100, total=115, tell=words.append)
    for step in (1, 2, 3):
        assert not watch(step, state(0, 0.25 if step == 3 else torch.nan))
    assert told == [(101, 115), (102, 115), (103, 115)]
    assert words[1:3] == ["step 2", "step 3, score 0.25"]


def test_pictures_are_shown_at_their_times(monkeypatch):
    from preimage.restore.methods.dip import watch as module

    clock, shown = [0.0], []
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])

    def show(x):
        shown.append(float(x.mean()))
        clock[0] += 7  # takes long, which is not counted

    watch = Watch(show=show, every=10)
    for step in range(1, 7):
        clock[0] += 5
        watch(step, state(step))
    assert shown == [3, 5]


def test_it_ends_where_the_user_wishes():
    answers = iter([False, True])
    watch = Watch(is_over=lambda: next(answers))
    assert [watch(step, state(step)) for step in (1, 2)] == [None, Reason("interrupted", 2)]
