"""The method of a restoration, with the options of the deep image prior."""

from typing import TYPE_CHECKING

from preimage.cli.options import Fitting
from preimage.cli.outputs import FileJob
from preimage.cli.progress import Bar
from preimage.restore.table import is_fit

if TYPE_CHECKING:
    from preimage.restore import Dip, ImageFile

__all__ = ["choose_method"]


def choose_method(method: str, fitting: Fitting, job: FileJob, bar: Bar) -> "str | Dip":
    """``method`` as the Python functions take it: with the options of the fit where it fits a network."""
    if not is_fit(method):
        return method
    from preimage.restore import Dip

    def show(image: "ImageFile") -> None:
        image.write(job.preview, overwrite=True)

    if fitting.preview is None:
        return Dip(fitting.setting, fitting.runs, tell=bar.tell)
    return Dip(fitting.setting, fitting.runs, show, fitting.preview, bar.tell)
