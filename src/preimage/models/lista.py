"""LISTA: iterative soft thresholding with learned numbers."""

import torch
from torch import Tensor, nn

from preimage._ranges import check_count, check_level
from preimage._shapes import per_image
from preimage.errors import ShapeError
from preimage.functional import Proximable
from preimage.optim import PGD
from preimage.optim.unrolled import GradientRule, Unrolled
from preimage.transform import Wavelet, soft_threshold

__all__ = ["LISTA", "BandPrior", "LISTAEncoder"]


class LISTA(Unrolled):
    r"""``x_{k+1} = W^T soft(W (x_k - t_k A^H (A x_k - y) / sigma^2), t_k w_k)`` in an orthonormal wavelet basis ``W``.

    Learned are, for every step, the step size ``t_k`` (as a factor on ``1 / L``, from one) and one weight ``w_k`` per
    sub-band. Untrained it is ISTA, ``Variational(PGD(), WaveletPrior(weight, wavelet, level))``, stopped after
    ``n_steps`` steps. The coarsest approximation is not thresholded.

    Args:
        n_steps: number of steps, >= 1.
        weight: the weight of every sub-band at the start, > 0, as in :class:`WaveletPrior`.
        wavelet: an orthogonal wavelet of PyWavelets.
        level: how many times the low-pass part is split, >= 1.
        dims: 2 for images, 3 for volumes.
        gradient: how the loop is differentiated, as in :class:`Unrolled`.

    Shapes: images (B, C, H, W) or (B, C, D, H, W), real or complex, of any number of channels.

    Raises:
        ArgumentError: no such orthogonal wavelet or level, or a weight that is not positive.
        CapabilityError: the physics, in a call, has no gradient step of known size or is not linear.

    Source: Gregor & LeCun, "Learning fast approximations of sparse coding", ICML 2010, with the operator kept and only
    steps and thresholds learned; :class:`LISTAEncoder` learns the matrices.
    """

    def __init__(
        self,
        n_steps: int = 10,
        weight: float = 1.0,
        wavelet: str = "db4",
        level: int = 3,
        dims: int = 2,
        gradient: GradientRule | None = None,
    ) -> None:
        check_level("weight", weight, "its logarithm is learned")
        check_count("n_steps", n_steps, "10 is the default")
        start = torch.full((level, 2**dims - 1), weight).log()
        priors = [BandPrior(nn.Parameter(start.clone()), wavelet, dims) for _ in range(n_steps)]
        super().__init__(PGD(), nn.ModuleList(priors), n_steps, ["step_size"], gradient=gradient)
        self.weight = weight
        self.wavelet = wavelet
        self.level = level
        self.dims = dims


class BandPrior(Proximable):
    """``g(x) = sum_b weight_b ||band b of W x||_1`` over the details of an orthonormal wavelet transform.

    Args:
        log_weights: natural logarithms of the weights, (level, 2^dims - 1), coarsest level first.
        wavelet: an orthogonal wavelet of PyWavelets.
        dims: 2 for images, 3 for volumes.
    """

    def __init__(self, log_weights: nn.Parameter, wavelet: str = "db4", dims: int = 2) -> None:
        super().__init__()
        self.log_weights = log_weights
        self.wavelet = wavelet
        self.dims = dims
        Wavelet(wavelet, len(log_weights), dims)  # says at once what cannot work

    def prox(self, x: Tensor, step: float | Tensor) -> Tensor:
        """The soft threshold of each band at ``step`` times its weight."""
        transform = Wavelet(self.wavelet, len(self.log_weights), self.dims)
        coefficients = transform.analysis(x)
        which = torch.zeros(x.shape[-self.dims :], dtype=torch.int64, device=x.device)
        _, *levels = transform.bands(which)
        for number, band in enumerate(sum(levels, ()), 1):
            band.fill_(number)
        weights = torch.cat([x.real.new_zeros(1), self.log_weights.exp().flatten().to(x.real)])
        return transform.synthesis(soft_threshold(coefficients, weights[which] * per_image(step, x.real)))


class LISTAEncoder(nn.Module):
    """Sparse codes by ``z_{k+1} = soft(W y + S z_k, theta)`` from ``z_0 = 0``, with learned ``W``, ``S``, ``theta``.

    At the start ``W = D^T / L``, ``S = I - D^T D / L``, ``theta = weight / L`` with ``L = ||D||^2``: ISTA for
    ``1/2 ||y - D z||^2 + weight ||z||_1``. The matrices are shared by the steps.

    Args:
        dictionary: ``D``, (measurements, atoms), real.
        n_steps: number of thresholdings, >= 1.
        weight: > 0.

    Shapes: ``y`` (B, measurements); codes (B, atoms).

    Raises:
        ArgumentError: a number is out of its range.
        ShapeError: the dictionary is no matrix.

    Source: Gregor & LeCun 2010, algorithm 3.
    """

    def __init__(self, dictionary: Tensor, n_steps: int = 10, weight: float = 0.1) -> None:
        super().__init__()
        if dictionary.ndim != 2:
            raise ShapeError(f"`dictionary` must have shape (measurements, atoms), got {tuple(dictionary.shape)}.")
        check_level("weight", weight, "its logarithm is learned")
        check_count("n_steps", n_steps, "10 is the default")
        lipschitz = torch.linalg.matrix_norm(dictionary, 2) ** 2
        self.n_steps = n_steps
        self.encoder = nn.Parameter(dictionary.mT / lipschitz)
        self.lateral = nn.Parameter(
            torch.eye(dictionary.shape[1]).to(dictionary) - dictionary.mT @ dictionary / lipschitz
        )
        self.log_thresholds = nn.Parameter((weight / lipschitz).log().repeat(dictionary.shape[1]))

    def forward(self, y: Tensor) -> Tensor:
        """The code of each sample."""
        drive, thresholds = y @ self.encoder.mT, self.log_thresholds.exp()
        z = soft_threshold(drive, thresholds)
        for _ in range(self.n_steps - 1):
            z = soft_threshold(drive + z @ self.lateral.mT, thresholds)
        return z
