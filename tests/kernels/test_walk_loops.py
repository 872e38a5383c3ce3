import pytest
import torch

from preimage.kernels.walk_loops import choose_in_loops, draw_in_loops, renew_in_loops, swap_in_loops
from preimage.machine.compiler import has_compiler
from preimage.sampling.increments.walk import Walk


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
def test_the_loops_are_the_tensors(rng: torch.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    y, normal, uniform = (torch.rand(5, 7, generator=rng, dtype=torch.float64) - shift for shift in (0.2, 0.5, 0.0))
    level = 0.2 + torch.rand(5, 1, generator=rng, dtype=torch.float64)
    fresh = torch.rand(3, 5, 7, generator=rng, dtype=torch.float64)
    now = torch.where(fresh > 0.5, fresh, 0)
    drawn = draw_in_loops(y, level, now, normal)
    chosen = choose_in_loops(y, level, now, fresh, -0.4, uniform)
    renewed = renew_in_loops(y, level, now[0], fresh[1], uniform)
    exchanged = swap_in_loops(9 * y, level, fresh[0], uniform)
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    walk = Walk(y, level, now)
    torch.testing.assert_close(drawn, walk.draw(normal))
    rate = torch.tensor(-0.4, dtype=torch.float64).sigmoid()
    assert torch.equal(chosen, walk.choose(fresh, float(rate), uniform))
    assert 0 < int(chosen.sum()) < chosen.numel()
    assert torch.equal(renewed, Walk(y, level, now[0]).renew(fresh[1], uniform))
    assert torch.equal(exchanged, Walk(9 * y, level, fresh[0]).exchange(uniform))
    assert 0 < int((renewed == fresh[1]).sum()) < renewed.numel()
    assert 0 < int((exchanged == fresh[0]).sum()) < exchanged.numel()
