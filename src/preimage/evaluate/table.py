"""The metrics that go by a name in the shell: one row for each."""

from dataclasses import dataclass

from preimage.errors import ArgumentError

__all__ = ["METRICS", "MetricRow", "find_metric"]


@dataclass(frozen=True)
class MetricRow:
    """A metric by its name.

    Args:
        name: what users type.
        maker: what makes the metric, ``package:name``, imported when the metric is used; or ``zoo:`` and the name of
            weights of :mod:`preimage.zoo`.
        title: what stands over its column.
        digits: how many digits behind the point are shown.
    """

    name: str
    maker: str
    title: str
    digits: int = 4


METRICS = (
    MetricRow("psnr", "preimage.metric:PSNR", "PSNR dB", digits=2),
    MetricRow("ssim", "preimage.metric:SSIM", "SSIM"),
    MetricRow("ms-ssim", "preimage.metric:MSSSIM", "MS-SSIM"),
    MetricRow("mse", "preimage.metric:MSE", "MSE", digits=6),
    MetricRow("mae", "preimage.metric:MAE", "MAE", digits=5),
    MetricRow("nmse", "preimage.metric:NMSE", "NMSE", digits=6),
    MetricRow("snr", "preimage.metric:SNR", "SNR dB", digits=2),
    MetricRow("cosine", "preimage.metric:CosineSimilarity", "cosine"),
    MetricRow("gmsd", "preimage.metric:GMSD", "GMSD"),
    MetricRow("haarpsi", "preimage.metric:HaarPSI", "HaarPSI"),
    MetricRow("vif", "preimage.metric:VIF", "VIF"),
    MetricRow("sam", "preimage.metric:SAM", "SAM rad"),
    MetricRow("ergas", "preimage.metric:ERGAS", "ERGAS", digits=3),
    MetricRow("blur-strength", "preimage.metric:BlurStrength", "blur"),
    MetricRow("sharpness-index", "preimage.metric:SharpnessIndex", "sharpness", digits=1),
    MetricRow("niqe-cbsd400", "zoo:niqe-cbsd400", "NIQE (CBSD400)", digits=3),
    MetricRow("brisque-distance-cbsd400", "zoo:brisque-distance-cbsd400", "BRISQUE distance (CBSD400)", digits=3),
)


def find_metric(name: str) -> MetricRow:
    """The row ``name``; ``MODULE:NAME``, a class or an object of somebody's own, is one, too.

    Raises:
        ArgumentError: there is no such metric.
    """
    for row in METRICS:
        if row.name == name.strip().lower():
            return row
    if ":" in name:
        return MetricRow(name, name, name.rpartition(":")[2])
    known = ", ".join(row.name for row in METRICS)
    raise ArgumentError(f"`metric` must be one of {known}, or MODULE:NAME, got {name!r}; correct the name.")
