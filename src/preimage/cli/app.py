"""The commands, and what becomes of errors: one line and an exit status, never a traceback."""

import os
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError

from preimage.cli import demo, explain, invert
from preimage.cli.atlas.physics import physics
from preimage.cli.checking.check import check
from preimage.cli.citing.cite import cite
from preimage.cli.evaluate import evaluate
from preimage.cli.finetuning.finetune import finetune
from preimage.cli.inspect import inspect
from preimage.cli.interrupts import INTERRUPTED
from preimage.cli.output import complain, say
from preimage.cli.reconstruct import build_reconstruct
from preimage.cli.restore import build_restore
from preimage.cli.serve import serve
from preimage.cli.simulating.simulate import simulate
from preimage.cli.training.train import build_train
from preimage.cli.words import in_shell_words
from preimage.errors import PreimageError

__all__ = ["build_app", "run"]

BAD_INPUT, INTERNAL = 2, 70
_TRACEBACK = "PREIMAGE_TRACEBACK"


def build_app() -> App:
    """The command line; torch is imported by the commands that need it, so that ``--help`` is quick."""
    app = App(
        "preimage",
        help="Recover images from measurements.",
        help_format="plaintext",
        version_format="plaintext",
        version=lambda: version("preimage"),
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    app.command(build_restore())
    app.command(build_reconstruct())
    app.command(demo.demo)
    app.command(explain.explain)
    app.command(inspect)
    app.command(invert.invert)
    app.command(build_train())
    app.command(finetune)
    app.command(physics)
    app.command(check)
    app.command(cite)
    app.command(simulate)
    app.command(evaluate)
    app.command(serve)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run a command line; returns the exit status.

    0: done; 1: some files of several failed; 2: bad input or usage; 70: a fault of ours; 130: interrupted, whether
    nothing was written or, by the method dip, the best picture so far.
    """
    try:
        result = build_app()(list(arguments), exit_on_error=False, print_error=False)
        return result if isinstance(result, int) else 0
    except CycloptsError as error:
        command = " ".join(["preimage", *(error.command_chain or ())])
        return _say(f"{error} Try: {command} --help", BAD_INPUT)
    except PreimageError as error:
        return _say(in_shell_words(str(error)), BAD_INPUT)
    except KeyboardInterrupt:
        return _say("interrupted; nothing half-written is left.", INTERRUPTED)
    except BrokenPipeError:  # of the help: nobody reads on
        say("")
        return 0
    except OSError as error:  # of the file system: a name that is too long, a disk that is gone
        return _say(f"{error.strerror or error}: {error.filename or 'a file'}; use another name or place.", BAD_INPUT)
    except MemoryError:
        return _say("out of memory; use --memory with a smaller size, or crop the picture.", BAD_INPUT)
    except Exception as error:  # whatever it is, the user gets a line
        if os.environ.get(_TRACEBACK):
            raise
        return _say(f"internal error: {type(error).__name__}: {error}; set {_TRACEBACK}=1 to see where.", INTERNAL)


def _say(message: str, status: int) -> int:
    complain(message)
    return status
