import pytest
import torch

from preimage.machine.compiler import has_compiler
from preimage.sampling.increments.marginal import Marginal


@pytest.mark.skipif(not has_compiler(), reason="numba is not installed")
def test_the_loops_are_the_tensors(rng: torch.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    H, y = torch.randn(4, 5, 6, generator=rng).double(), 2 * torch.randn(4, 5, generator=rng).double()
    start, fresh = (torch.rand(4, 6, generator=rng, dtype=torch.float64) for _ in range(2))
    uniform = [torch.rand(4, 6, generator=rng, dtype=torch.float64) for _ in range(3)]
    inverse = torch.linalg.inv(0.1 * torch.eye(5) + torch.einsum("bin,bn,bjn->bij", H, start, H))
    begin = Marginal(H.mT @ inverse @ H, torch.einsum("bmn,bm->bn", inverse @ H, y), start)

    def moved() -> list[Marginal]:
        renewed = begin.renew(fresh, uniform[0])
        exchanged = renewed.exchange([3, 2, 2, 5, 0, 1], uniform[1])
        return [renewed, exchanged, exchanged.choose(exchanged.variances, 0.3, uniform[2])]

    by_loops = moved()
    monkeypatch.setenv("PREIMAGE_COMPILE", "0")
    for ours, wanted in zip(by_loops, moved(), strict=True):
        assert torch.equal(ours.variances, wanted.variances)
        torch.testing.assert_close(ours.power, wanted.power)
        torch.testing.assert_close(ours.pull, wanted.pull)
    assert not torch.equal(by_loops[0].variances, by_loops[1].variances)
