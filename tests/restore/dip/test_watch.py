import torch

from preimage.models.dip import Drawn
from preimage.restore.dip.watch import Watch


def state(value, score=torch.nan):
    x = torch.full((1, 1, 2, 2), float(value))
    return Drawn(x, x, x, torch.zeros(1), torch.tensor([score]))


def test_steps_of_all_runs_are_counted_though_one_stops_early():
    told, words = [], []
    watch = Watch(5, progress=lambda *numbers: told.append(numbers), done=100, total=115, tell=words.append)
    for step in (1, 2, 3, 1, 2):
        assert not watch(step, state(0, 0.25 if step == 3 else torch.nan))
    assert told == [(101, 115), (102, 115), (103, 115), (106, 115), (107, 115)]
    assert words[1:3] == ["step 2", "step 3, score 0.25"]


def test_the_best_is_the_average_of_the_runs_that_are_finished():
    watch, seen = Watch(9), []
    for step, value in ((1, 5), (2, 7), (1, 100), (2, 1), (1, 50)):
        watch(step, state(value))
        seen.append(float(watch.best().mean()))
    assert seen == [5, 7, 7, 7, 4]


def test_pictures_are_shown_at_their_times(monkeypatch):
    from preimage.restore.dip import watch as module

    clock, shown = [0.0], []
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])

    def show(x):
        shown.append(float(x.mean()))
        clock[0] += 7  # takes long, which is not counted

    watch = Watch(9, show=show, every=10)
    for step in range(1, 7):
        clock[0] += 5
        watch(step, state(step))
    assert shown == [3, 5]


def test_it_ends_where_the_user_wishes():
    answers = iter([False, True])
    watch = Watch(9, is_over=lambda: next(answers))
    assert [watch(step, state(step)) for step in (1, 2)] == [False, True]
    assert (watch.at.was_ended, watch.at.step, watch.at.run) == (True, 2, 1)
