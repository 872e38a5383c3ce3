"""PyProximal on PyLops (NumPy): ``pip install pyproximal pylops PyWavelets numba``."""

import numpy as np
import pylops
import pyproximal
import scipy.fft
from _protocol import Method, Problem, Watch, serve
from pyproximal.optimization.primal import ProximalGradient
from pyproximal.optimization.primaldual import AdaptivePrimalDual, PrimalDual
from pyproximal.ProxOperator import ProxOperator

MANY = 10**6


class PoissonProx(ProxOperator):
    """The Poisson likelihood of the mean ``z + background``, which PyProximal lacks."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(None, False)
        self.y, self.gain, self.background = problem["y"].ravel(), problem["gain"], problem["background"]

    def __call__(self, z: np.ndarray) -> float:
        """The value up to a constant."""
        w = z + self.background
        return float(np.sum(w - self.y * np.log(w)) / self.gain)

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The positive root of a quadratic equation."""
        rate = np.float32(tau / self.gain)
        half = (x + np.float32(self.background) - rate) / 2
        return half + np.sqrt(half * half + rate * self.y) - np.float32(self.background)

    def proxdual(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Moreau's identity."""
        return x - tau * self.prox(x / tau, 1 / tau)


def blur(problem: Problem) -> pylops.LinearOperator:
    """The periodic blur by real Fourier transforms in single precision."""
    shape = problem["y"].shape
    otf = scipy.fft.rfft2(problem["psf"])

    def apply(x: np.ndarray, spectrum: np.ndarray) -> np.ndarray:
        return scipy.fft.irfft2(spectrum * scipy.fft.rfft2(x.reshape(shape)), s=shape).ravel()

    size = shape[0] * shape[1]
    return pylops.FunctionOperator(lambda x: apply(x, otf), lambda x: apply(x, otf.conj()), size, size, dtype="float32")


def gradient(problem: Problem) -> pylops.LinearOperator:
    return pylops.Gradient(problem["y"].shape, kind="forward", edge=False, dtype="float32")


def free() -> ProxOperator:
    return pyproximal.Box(-np.inf, np.inf)


def flat(problem: Problem, name: str) -> np.ndarray:
    return problem[name].astype(np.float32).ravel()


def deblur_pdhg(problem: Problem, watch: Watch, solve=PrimalDual, **extra: float) -> None:
    A, D, y = blur(problem), gradient(problem), flat(problem, "y")
    K = pylops.VStack([A, D])
    terms = pyproximal.VStack([pyproximal.L2(b=y), pyproximal.L21(2, problem["weight"])], nn=[y.size, 2 * y.size])
    tau = 5.0
    watch.start()
    solve(free(), terms, K, flat(problem, "start"), tau, 0.99 / (9 * tau), niter=MANY, callback=watch, **extra)


def deblur_adaptive(problem: Problem, watch: Watch) -> None:
    deblur_pdhg(problem, watch, AdaptivePrimalDual, tol=0)


def deblur_fista(problem: Problem, watch: Watch) -> None:
    data = pyproximal.L2(Op=blur(problem), b=flat(problem, "y"))
    prior = pyproximal.TV(problem["y"].shape, problem["weight"], niter=10)
    watch.start()
    ProximalGradient(data, prior, flat(problem, "start"), tau=1.0, niter=MANY, acceleration="fista", callback=watch)


def inpaint_fista(problem: Problem, watch: Watch) -> None:
    shape, level = problem["y"].shape, int(problem["level"])
    W = pylops.signalprocessing.DWT2D(shape, wavelet=problem["wavelet"], level=level, dtype="float32")
    weights = np.full(W.dimsd, problem["weight"], np.float32)
    weights[: W.dimsd[0] >> level, : W.dimsd[1] >> level] = 0
    M = pylops.Diagonal(flat(problem, "mask"), dtype="float32")
    prior = pyproximal.Orthogonal(pyproximal.L1(weights.ravel()), W)
    watch.start()
    data = pyproximal.L2(Op=M, b=flat(problem, "y"))
    ProximalGradient(data, prior, flat(problem, "start"), tau=1.0, niter=MANY, acceleration="fista", callback=watch)


def denoise(problem: Problem, watch: Watch) -> None:
    y, shape = problem["y"], problem["y"].shape[1:]

    def run(steps: int) -> np.ndarray:
        prox = pyproximal.TV(shape, problem["weight"], niter=steps, rtol=0.0).prox
        return np.stack([prox(channel.ravel(), 1.0) for channel in y])

    watch.fresh(run)


def poisson_pdhg(problem: Problem, watch: Watch) -> None:
    A, D, start = blur(problem), gradient(problem), flat(problem, "start")
    K = pylops.VStack([A, D])
    terms = pyproximal.VStack(
        [PoissonProx(problem), pyproximal.L21(2, problem["weight"])], nn=[start.size, 2 * start.size]
    )
    tau = 0.01
    watch.start()
    PrimalDual(pyproximal.Box(0, np.inf), terms, K, start, tau, 0.99 / (9 * tau), niter=MANY, callback=watch)


def deblur_value(problem: Problem, x: np.ndarray) -> float:
    data, prior = pyproximal.L2(Op=blur(problem), b=flat(problem, "y")), pyproximal.L21(2, problem["weight"])
    return data(x.ravel()) + prior((gradient(problem) @ x.ravel()).ravel())


def inpaint_value(problem: Problem, x: np.ndarray) -> float:
    shape, level = problem["y"].shape, int(problem["level"])
    W = pylops.signalprocessing.DWT2D(shape, wavelet=problem["wavelet"], level=level, dtype="float32")
    weights = np.full(W.dimsd, problem["weight"], np.float32)
    weights[: W.dimsd[0] >> level, : W.dimsd[1] >> level] = 0
    M = pylops.Diagonal(flat(problem, "mask"), dtype="float32")
    return pyproximal.L2(Op=M, b=flat(problem, "y"))(x.ravel()) + pyproximal.L1(weights.ravel())(W @ x.ravel())


def poisson_value(problem: Problem, x: np.ndarray) -> float:
    data, prior = PoissonProx(problem), pyproximal.L21(2, problem["weight"])
    offset = data(flat(problem, "y") - problem["background"])
    return data(blur(problem) @ x.ravel()) - offset + prior((gradient(problem) @ x.ravel()).ravel())


METHODS: dict[str, dict[str, Method]] = {
    "denoise": {"TV": denoise},
    "deblur": {"PDHG": deblur_pdhg, "adaptive PDHG": deblur_adaptive, "FISTA": deblur_fista},
    "inpaint": {"FISTA": inpaint_fista},
    "inpaint-haar": {"FISTA": inpaint_fista},
    "poisson": {"PDHG": poisson_pdhg},
}

if __name__ == "__main__":
    serve(
        METHODS,
        {"deblur": deblur_value, "inpaint": inpaint_value, "inpaint-haar": inpaint_value, "poisson": poisson_value},
    )
