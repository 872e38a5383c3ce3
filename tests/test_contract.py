import pytest
import torch
from torch import Tensor

from preimage.physics import Inpainting
from tests.contract import require_one_graph

MASK = (torch.arange(20).view(1, 1, 4, 5) % 3 > 0).float()
X = torch.linspace(0.1, 0.9, 40).view(2, 1, 4, 5)


class BranchingForward(Inpainting):
    def A(self, x: Tensor) -> Tensor:
        return super().A(x) if x.sum() > 0 else super().A(x) + 0


class BranchingAdjoint(Inpainting):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return super().A_adjoint(y) if y.sum() > 0 else super().A_adjoint(y) + 0


class Otherwise(Inpainting):
    def A_adjoint(self, y: Tensor) -> Tensor:
        return super().A_adjoint(y) * (2 if torch.compiler.is_compiling() else 1)


def test_an_operator_that_is_one_graph_passes() -> None:
    require_one_graph(Inpainting(MASK), X)


@pytest.mark.parametrize("cls", [BranchingForward, BranchingAdjoint])
def test_neither_direction_may_branch_on_values(cls: type[Inpainting]) -> None:
    with pytest.raises(torch._dynamo.exc.Unsupported, match=r"[Dd]ata-dependent"):
        require_one_graph(cls(MASK), X)


def test_both_results_are_compared() -> None:
    with pytest.raises(AssertionError, match="compiled A_adjoint"):
        require_one_graph(Otherwise(MASK), X)
