"""``preimage train``."""

from cyclopts import App

from preimage.cli.training.config import train_config
from preimage.cli.training.denoiser import train_denoiser
from preimage.cli.training.groupsc import GROUPSC, train_groupsc_command
from preimage.cli.training.recipes import recipe_command
from preimage.training.recipes.table import RECIPES

__all__ = ["build_train"]

_HELP = """Train a network: a recipe of the package on a folder of images, or what a Python file of yours defines.

Ctrl-C leaves a checkpoint; the same command goes on from there, and from any kill, with the same result.

With several processes: torchrun --nproc-per-node 4 -m preimage train ..."""

_EXAMPLES = """Examples:

preimage train denoise --data my_noisy_pictures/ --out runs/mine --time 60m

preimage train drunet --data photographs/ --out runs/drunet --set channels=3

preimage train my_config.py --out runs/mine"""


def build_train() -> App:
    """``preimage train``, with a command for every recipe; anything else is a Python file."""
    app = App("train", help=_HELP, help_epilogue=_EXAMPLES)
    app.command(train_denoiser, name="denoise")
    for row in RECIPES:
        app.command(recipe_command(row), name=row.name, help=row.help)
    for name, help_text in GROUPSC.items():
        app.command(train_groupsc_command(name), name=f"groupsc-{name}", help=help_text)
    app.default(train_config)
    return app
