import torch

from preimage.optim import PGD, Tikhonov, Variational
from preimage.optim.weight import LCurve, Whiteness
from preimage.optim.weight.choice import WeightChoice
from preimage.optim.weight.criterion import Criterion


def choice(criterion: Criterion) -> WeightChoice:
    weights = torch.tensor([[0.1, 0.1], [1.0, 1.0], [10.0, torch.nan]])
    chosen, x, model = torch.tensor([1.0, 0.1]), torch.zeros(2, 1, 2, 2), Variational(PGD(), Tikhonov(1.0))
    series = {"residual": weights, "prior": 1 / weights}
    return WeightChoice(chosen, x, model, criterion, ("a", "b"), weights, weights + 1, series)


def test_there_is_a_panel_for_the_value_and_for_all_it_was_computed_from() -> None:
    axes = choice(Whiteness()).plot().axes
    assert [panel.get_title() for panel in axes] == ["Whiteness", "residual", "prior"]
    curve, chosen = axes[0].lines[:2]
    assert curve.get_ydata()[:2].tolist() == [torch.tensor(1.1).item(), 2]
    assert list(chosen.get_xdata()) == [1.0, 1.0]
    assert len(axes[0].lines) == 4  # a curve and a mark for each sample


def test_an_l_curve_is_drawn_as_well() -> None:
    axes = choice(LCurve()).plot().axes
    assert [panel.get_title() for panel in axes] == ["LCurve", "residual", "prior", "L-curve"]
    assert axes[-1].lines[0].get_xdata()[0] == torch.tensor(0.1).item()
