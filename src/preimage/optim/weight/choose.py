"""The regularisation weight from the measurement."""

import warnings

import torch
from torch import Tensor

from preimage._module import Module
from preimage._tree import Measurement, add
from preimage.errors import ArgumentError, CapabilityError, ConvergenceWarning
from preimage.fidelity import Likelihood, likelihood
from preimage.optim.variational import Variational
from preimage.optim.weight.choice import WeightChoice
from preimage.optim.weight.criterion import Criterion
from preimage.optim.weight.search import WeightSearch
from preimage.optim.weight.span import WeightRange
from preimage.physics import Physics

__all__ = ["choose_weight"]

_USUAL = WeightRange()


@torch.no_grad()
def choose_weight(
    model: Variational,
    y: Measurement,
    physics: Physics,
    criterion: Criterion,
    weights: WeightRange = _USUAL,
    field: str = "weight",
    rng: torch.Generator | None = None,
) -> WeightChoice:
    """Choose the weight of the prior of ``model`` for ``y`` by ``criterion``, for each sample its own.

    The function tries the weights of a range from the largest to the smallest, and starts each reconstruction from the
    one before, until the criterion has seen enough; then it tries weights between the best one and its neighbours.
    Every trial is a run of ``model`` with its own ``tol`` and ``max_steps``, of which a loose one is usually good
    enough.

    Args:
        model: whose prior is to be weighted.
        y: the measurement.
        physics: where it comes from, with its noise; see the criterion for what has to be known of that.
        criterion: :class:`DiscrepancyPrinciple` or :class:`SURE` where the noise level is known, else :class:`GCV`,
            :class:`Whiteness` or :class:`LCurve`.
        weights: the range of weights, how many are tried, and how exactly the best is found.
        field: the name of the weight in the prior.
        rng: for criteria that draw random numbers.

    Raises:
        ArgumentError: no range follows from the data, or an argument is out of its own.
        CapabilityError: the physics, its noise or the prior lacks what the criterion needs.
        ConvergenceError: the model diverged for one of the weights.
        FieldError: the prior has no such field.

    Warns:
        ConvergenceWarning: an inner problem was not solved to its tolerance with the weight chosen.
    """
    if not isinstance(model.prior, Module):
        raise CapabilityError(f"the prior must be a Module with a weight, got {type(model.prior).__name__}.")
    unit = model.prior.replace(**{field: 1.0})
    criterion.check(physics, unit)
    nll = likelihood(physics, y)
    y = nll.y
    data_term = model.data_term(y, physics)
    shifts = criterion.shifts(y, rng)
    _check_shifts(data_term, y, shifts, criterion)
    search = WeightSearch(model, unit, nll, criterion, field, shifts)
    with warnings.catch_warnings():
        # Far from the best weight inner problems are hard, and need not be solved well.
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.scan(weights.logarithms(data_term, unit, model.init(y, physics)))
        search.refine(weights.tol)
    return _conclude(search)


def _check_shifts(f: object, y: Measurement, shifts: tuple[Measurement, ...], criterion: Criterion) -> None:
    """Require a data term that is defined for the changed measurements, too: counts cannot go below zero."""
    if not isinstance(f, Likelihood):
        return
    for shift in shifts:
        try:
            f.physics.noise.check_measurement(add(y, shift), f.measured.seen)
        except ArgumentError as error:
            raise CapabilityError(
                f"the data term must be defined for small changes of the measurement for {type(criterion).__name__}, "
                f"got that of {type(f.physics.noise).__name__}; take DiscrepancyPrinciple, or L2 as `fidelity`."
            ) from error


def _conclude(search: WeightSearch) -> WeightChoice:
    """The best weight on the curve of each sample, and the reconstruction with it, which warns once, not every step."""
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        choice = _chosen(search)
    for message in {note.category: note.message for note in noted}.values():
        warnings.warn(message, stacklevel=3)
    return choice


def _chosen(search: WeightSearch) -> WeightChoice:
    curves = [search.curve(sample) for sample in range(len(search.tried[0]))]
    chosen = [search.criterion.best(*curve) for curve in curves]
    t = torch.tensor([where for where, _ in chosen], dtype=torch.float64)
    x, _ = search.reconstruct(t)
    weight = t.exp().to(x.device, x.real.dtype)
    return WeightChoice(
        weight,
        x,
        search.with_weight(weight, search.model.tol),
        search.criterion,
        tuple(why for _, why in chosen),
        _columns([t.exp() for t, _, _ in curves]),
        _columns([values for _, values, _ in curves]),
        {name: _columns([series[name] for _, _, series in curves]) for name in curves[0][2] if name != "value"},
    )


def _columns(curves: list[Tensor]) -> Tensor:
    """Curves of different lengths side by side, with NaN below the shorter ones."""
    return torch.nn.utils.rnn.pad_sequence(curves, padding_value=torch.nan)
