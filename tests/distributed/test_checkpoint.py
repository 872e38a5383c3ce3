"""A run whose process is killed goes on from its checkpoint, to the same bits."""

import os
import signal
from pathlib import Path

import pytest
import torch

from preimage.distributed import Mesh, distribute, load_state, save_state, shard, start_mesh
from preimage.errors import ArgumentError
from preimage.fidelity import likelihood
from preimage.optim import PDHG, TVPrior
from preimage.physics import Blur, GaussianNoise
from preimage.solve import iterate
from tests.distributed.processes import start

STEPS = 12


def run(folder: Path, kill_at: int | None) -> None:
    """TV deblurring on all processes, which writes its state every step; process 1 kills itself before a step."""
    with start_mesh(timeout=20) as mesh:
        blur = distribute(Blur(torch.ones(3, 3) / 9, "reflect", noise=GaussianNoise(0.1)), mesh)
        y = blur.measurement(torch.rand(1, 1, 13, 8, generator=torch.Generator().manual_seed(0)))
        f, g = likelihood(blur, y), TVPrior(2.0)
        x = blur.A_adjoint(y)
        algorithm = PDHG().prepare(f, g, x)
        first = algorithm.step(f, g, algorithm.init(x))
        state = load_state(folder, first, mesh) or first

        def keep(_: int, new: PDHG.State) -> None:
            save_state(folder, new, mesh)
            if mesh.rank == 1 and new.k == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        solution = iterate(lambda s: algorithm.step(f, g, s), state, STEPS - state.k, callbacks=[keep])
        whole = solution.x.whole()  # pyright: ignore[reportAttributeAccessIssue]
        if mesh.rank == 0:
            torch.save(whole, folder / "result.pt")


def test_a_killed_run_goes_on_to_the_same_result(tmp_path: Path) -> None:
    for name, kill_at in (("whole", None), ("killed", 7), ("killed", None)):
        (tmp_path / name).mkdir(exist_ok=True)
        processes = start(run, 2, tmp_path / name, kill_at)
        for process in processes:
            process.join(60)
        codes = [process.exitcode for process in processes]
        assert codes == ([0, 0] if kill_at is None else [1, -signal.SIGKILL])
        assert (tmp_path / name / "result.pt").exists() == (kill_at is None)
    assert torch.equal(torch.load(tmp_path / "whole" / "result.pt"), torch.load(tmp_path / "killed" / "result.pt"))
    assert len(list((tmp_path / "killed").glob("step*"))) == 4  # two states of two processes


def test_states_of_other_problems_are_refused(tmp_path: Path) -> None:
    mesh = Mesh()
    state = PDHG.State(shard(torch.ones(1, 1, 4, 4), mesh), shard(torch.ones(1, 1, 4, 4), mesh), None, 3)
    assert load_state(tmp_path, state, mesh) is None
    save_state(tmp_path, state, mesh)
    again = load_state(tmp_path, state, mesh)
    assert again is not None
    assert again.k == 3
    assert type(again.x) is type(state.x)
    other = PDHG.State(torch.ones(1, 1, 5, 4), torch.ones(1, 1, 5, 4), None, 3)
    with pytest.raises(ArgumentError, match="`folder`"):
        load_state(tmp_path, other, mesh)
