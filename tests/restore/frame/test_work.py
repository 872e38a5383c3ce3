import torch

from preimage.restore.frame.level import Level
from preimage.restore.frame.settings import Settings
from preimage.restore.frame.work import Forecast, Job, Outcome, Session
from preimage.solve import Reason


class Identity(Session):
    def solve(self, y: torch.Tensor, level: Level) -> Outcome:
        return Outcome(y, Reason("one_pass", 1))


def test_a_session_need_only_solve() -> None:
    session, level = Identity(), Level(0.1, "given")
    y = torch.rand(1, 3, 4, 5)
    outcome = session.solve(y, level)
    assert outcome.x is y
    assert (outcome.history, outcome.share) == (None, 1.0)
    assert session.notes(level) == []
    assert session.noise(level) is None
    assert session.forecast() == Forecast(None, None)


def test_a_job_counts_its_pictures() -> None:
    shapes = (torch.Size((3, 4, 5)), torch.Size((1, 4, 5)))
    assert Job(shapes, Settings(), None, None, torch.device("cpu"), None, lambda x: x).count == 2
