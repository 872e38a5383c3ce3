"""ODL (NumPy): ``pip install odl PyWavelets``."""

import numpy as np
import odl
import scipy.fft
from _protocol import Method, Problem, Watch, serve
from odl import functionals, solvers

MANY = 10**6


class Blur(odl.Operator):
    """The periodic blur by real Fourier transforms in single precision."""

    def __init__(self, space, otf: np.ndarray) -> None:
        super().__init__(space, space, linear=True)
        self.otf = otf

    def _call(self, x):
        array = x.asarray()
        return self.range.element(scipy.fft.irfft2(self.otf * scipy.fft.rfft2(array), s=array.shape))

    @property
    def adjoint(self):
        """Correlation."""
        return Blur(self.domain, self.otf.conj())


def space_of(problem: Problem):
    shape = problem["y"].shape
    return odl.uniform_discr([0, 0], shape, shape, dtype="float32")


def pieces(problem: Problem):
    space = space_of(problem)
    gradient = odl.Gradient(space, method="forward", pad_mode="symmetric")
    return space, Blur(space, scipy.fft.rfft2(problem["psf"])), gradient


def watching(watch: Watch):
    return lambda x: watch(x, lambda x: x.asarray())


def primal_dual(problem: Problem, watch: Watch, data, first, tau: float) -> None:
    space, A, D = pieces(problem)
    L = odl.BroadcastOperator(A, D)
    g = functionals.SeparableSum(data, problem["weight"] * functionals.GroupL1Norm(D.range))
    x = space.element(problem["start"].copy())
    watch.start()
    solvers.pdhg(x, first, g, L, MANY, tau=tau, sigma=0.99 / (9 * tau), callback=watching(watch))


def squared(problem: Problem, space):
    return 0.5 * functionals.L2NormSquared(space).translated(space.element(problem["y"]))


def counts(problem: Problem, space):
    """KL(y, z + background) / gain."""
    y, background = space.element(problem["y"]), problem["background"] * space.one()
    return (1 / problem["gain"]) * functionals.KullbackLeibler(space, prior=y).translated(-background)


def deblur_pdhg(problem: Problem, watch: Watch) -> None:
    space = space_of(problem)
    primal_dual(problem, watch, squared(problem, space), functionals.ZeroFunctional(space), 5.0)


def poisson_pdhg(problem: Problem, watch: Watch) -> None:
    space = space_of(problem)
    primal_dual(problem, watch, counts(problem, space), functionals.IndicatorNonnegativity(space), 0.01)


def deblur_value(problem: Problem, x: np.ndarray) -> float:
    space, A, D = pieces(problem)
    x = space.element(x)
    return float(squared(problem, space)(A(x)) + problem["weight"] * functionals.GroupL1Norm(D.range)(D(x)))


def poisson_value(problem: Problem, x: np.ndarray) -> float:
    space, A, D = pieces(problem)
    x = space.element(x)
    return float(counts(problem, space)(A(x)) + problem["weight"] * functionals.GroupL1Norm(D.range)(D(x)))


METHODS: dict[str, dict[str, Method]] = {"deblur": {"PDHG": deblur_pdhg}, "poisson": {"PDHG": poisson_pdhg}}

if __name__ == "__main__":
    serve(METHODS, {"deblur": deblur_value, "poisson": poisson_value})
