"""SCICO (JAX): ``pip install scico``. It has no wavelets; its total variation is exact and fast only periodically."""

import os

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import numpy as np
import scico.numpy as snp
from _protocol import Method, Problem, Watch, serve, ticking
from scico import functional, linop, loss
from scico.functional import Functional
from scico.optimize import ADMM, PDHG, Optimizer, ProximalADMM
from scico.optimize.admm import CircularConvolveSolver


class PoissonProx(Functional):
    """The Poisson likelihood of the mean ``z + background`` with its prox, which SCICO's PoissonLoss lacks."""

    has_eval = True
    has_prox = True

    def __init__(self, y, gain: float, background: float) -> None:
        self.y, self.gain, self.background = y, gain, background
        self._prox = jax.jit(self._root)
        super().__init__()

    def __call__(self, z):
        """The value up to a constant."""
        w = z + self.background
        return snp.sum(w - self.y * snp.log(w)) / self.gain

    def _root(self, v, rate):
        half = (v + self.background - rate) / 2
        return half + snp.sqrt(half**2 + rate * self.y) - self.background

    def prox(self, v, lam=1.0, **kwargs):
        """The positive root of a quadratic equation."""
        return self._prox(v, lam / self.gain)


def blur(problem: Problem) -> linop.CircularConvolve:
    psf = snp.array(problem["psf"])
    return linop.CircularConvolve(psf, input_shape=psf.shape, input_dtype=np.float32)


def differences(problem: Problem, periodic: bool) -> linop.FiniteDifference:
    shape = problem["y"].shape
    return linop.FiniteDifference(shape, input_dtype=np.float32, circular=periodic, append=None if periodic else 0)


def follow(make, watch: Watch) -> None:
    """Steps of a fresh solver, after a few steps of another one for everything to be compiled."""
    warm = make()
    for _ in range(3):
        warm.step()
    jax.block_until_ready(warm.minimizer())
    solver: Optimizer = make()
    watch.start()
    for _ in ticking(watch):
        solver.step()
        watch(jax.block_until_ready(solver.minimizer()), np.asarray)


def deblur_admm(problem: Problem, watch: Watch) -> None:
    A, C, y = blur(problem), differences(problem, periodic=True), snp.array(problem["y"])
    f, g = loss.SquaredL2Loss(y=y, A=A), problem["weight"] * functional.L21Norm()
    rho = [problem["weight"] * 20]
    follow(
        lambda: ADMM(f, [g], [C], rho, alpha=1.8, x0=y, maxiter=1, subproblem_solver=CircularConvolveSolver()), watch
    )


def deblur_pdhg(problem: Problem, watch: Watch) -> None:
    """Both terms through their linear maps: the data term's prox would take conjugate gradients."""
    A, D, y = blur(problem), differences(problem, periodic=False), snp.array(problem["y"])
    C = linop.VerticalStack((A, D))
    g = functional.SeparableFunctional((loss.SquaredL2Loss(y=y), problem["weight"] * functional.L21Norm()))
    tau = 5.0
    follow(lambda: PDHG(functional.ZeroFunctional(), g, C, tau, 0.99 / (9 * tau), x0=y, maxiter=1), watch)


def deblur_proximal_admm(problem: Problem, watch: Watch) -> None:
    A, D, y = blur(problem), differences(problem, periodic=False), snp.array(problem["y"])
    C = linop.VerticalStack((A, D))
    g = functional.SeparableFunctional((loss.SquaredL2Loss(y=y), problem["weight"] * functional.L21Norm()))
    follow(
        lambda: ProximalADMM(functional.ZeroFunctional(), g, C, B=None, rho=0.02, mu=9.1, nu=1.0, x0=y, maxiter=1),
        watch,
    )


def poisson_admm(problem: Problem, watch: Watch) -> None:
    A, D, y = blur(problem), differences(problem, periodic=True), snp.array(problem["y"])
    data = PoissonProx(y, problem["gain"], problem["background"])
    terms = [data, problem["weight"] * functional.L21Norm(), functional.NonNegativeIndicator()]
    maps = [A, D, linop.Identity(y.shape)]
    rho = [150.0, 20.0, 20.0]
    start = snp.array(problem["start"])
    follow(
        lambda: ADMM(
            None, terms, maps, rho, alpha=1.8, x0=start, maxiter=1, subproblem_solver=CircularConvolveSolver()
        ),
        watch,
    )


def poisson_pdhg(problem: Problem, watch: Watch) -> None:
    A, D, y = blur(problem), differences(problem, periodic=False), snp.array(problem["y"])
    data = PoissonProx(y, problem["gain"], problem["background"])
    g = functional.SeparableFunctional((data, problem["weight"] * functional.L21Norm()))
    C, start, tau = linop.VerticalStack((A, D)), snp.array(problem["start"]), 0.01
    f = functional.NonNegativeIndicator()
    follow(lambda: PDHG(f, g, C, tau, 0.99 / (9 * tau), x0=start, maxiter=1), watch)


def deblur_value(problem: Problem, x: np.ndarray) -> float:
    A, C, y = blur(problem), differences(problem, periodic=False), snp.array(problem["y"])
    x = snp.array(x)
    return float(loss.SquaredL2Loss(y=y, A=A)(x) + problem["weight"] * functional.L21Norm()(C @ x))


def poisson_value(problem: Problem, x: np.ndarray) -> float:
    A, C, y = blur(problem), differences(problem, periodic=False), snp.array(problem["y"])
    data, x = PoissonProx(y, problem["gain"], problem["background"]), snp.array(x)
    return float(data(A @ x) - data(y - problem["background"]) + problem["weight"] * functional.L21Norm()(C @ x))


METHODS: dict[str, dict[str, Method]] = {
    "deblur": {"ADMM, FFT (periodic)": deblur_admm, "PDHG": deblur_pdhg, "proximal ADMM": deblur_proximal_admm},
    "poisson": {"ADMM, FFT (periodic)": poisson_admm, "PDHG": poisson_pdhg},
}

if __name__ == "__main__":
    serve(METHODS, {"deblur": deblur_value, "poisson": poisson_value})
