import json
import re
import shlex
import subprocess
import sys
import typing

import pytest

from preimage import zoo
from preimage.cli.app import build_app, run
from preimage.cli.training.groupsc import GROUPSC
from preimage.cli.words import OPTIONS, in_shell_words
from preimage.denoisers import Denoiser
from preimage.reconstruct.table import MODALITIES
from preimage.reconstructor import Reconstructor
from preimage.restore.table import TASKS
from preimage.training.recipes.table import RECIPES

SHOWN = {row.name: row.examples for row in TASKS}
COMMANDS = [["restore", task] for task in SHOWN] + [[name] for name in ("demo", "explain", "invert")]
COMMANDS += (
    [["train"], ["train", "denoise"]]
    + [["train", row.name] for row in RECIPES]
    + [["train", f"groupsc-{task}"] for task in GROUPSC]
)
COMMANDS += [[name] for name in ("physics", "check", "simulate", "evaluate", "inspect", "serve", "cite", "finetune")]
COMMANDS += [[row.command, row.name] for row in MODALITIES]


APP = build_app()  # once, because it is built in a third of the time of a help


def options(command, capsys):
    """Those that the help lists."""
    APP([*command, "--help"], exit_on_error=False, print_error=False)
    return set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", capsys.readouterr().out))


def test_errors_know_all_options(capsys):
    found = set().union(*(options(command, capsys) for command in COMMANDS)) - {"help", "version", "nproc-per-node"}
    assert found == OPTIONS
    assert in_shell_words("`from_json` must be a file, `name` a name, `image` a picture, `nothing` else") == (
        "`--from-json` must be a file, `--weights` a name, `INPUT` a picture, `nothing` else"
    )


def test_help_has_only_options_that_the_task_takes(capsys):
    missing = {
        "deblock": {"sigma"}, "flash": {"weights", "search"}, "demosaic": {"seed", "runs", "preview", "setting"},
        "denoise": {"kernel", "mask"}, "deblur": {"search", "mask"}, "superresolve": {"search"}, "inpaint": {"kernel"},
    }  # fmt: skip
    for task, names in missing.items():
        listed = options(["restore", task], capsys)
        assert {"strength", "output", "skip-existing", "dry-run", "recursive", "output-quality"} <= listed
        assert not names & listed


@pytest.mark.parametrize("task", sorted(SHOWN))
def test_examples_are_shown_and_can_be_parsed(task, capsys):
    assert run(["restore", task, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    commands = [line.partition("  (")[0] for line in SHOWN[task].splitlines() if line.startswith("preimage")]
    assert len(commands) >= 2
    app = build_app()
    for command in commands:
        assert command in shown
        assert command.startswith(f"preimage restore {task} ")
        app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)


def choices(annotation):
    return {name for part in typing.get_args(annotation) for name in (typing.get_args(part) or [part]) if name}


def test_weights_are_named_in_full():
    shipped = {
        name
        for name in zoo.names()
        if zoo.describe(name).shipped
        and zoo.describe(name).kind not in ("noise level", "metric")  # nobody chooses these
    }
    named = [choices(option.type) - {type(None)} for row in TASKS for option in row.options if option.name == "weights"]
    assert set().union(*named) == shipped
    for name in set().union(*named) - {"fill-grey", "fill-color"}:
        assert isinstance(zoo.load(name), (Denoiser, Reconstructor))


# Each is answered at once, with status 2 but for the first few.
FINE = [
    ["--version"], ["--help"], ["restore", "denoise", "--help"], ["restore", "deblur", "--help"], ["train", "--help"],
]  # fmt: skip
AT_ONCE = [
    *FINE, ["restore", "denoise", "--bad"],
    ["restore", "denoise", "none.png"], ["restore", "denoise", "photo.png", "--sigma", "loud"],
    ["restore", "denoise", "photo.png", "--memory", "much"], ["restore", "denoise", "photo.png", "--strength", "0"],
    ["restore", "denoise", "photo.png", "-o", "a.xyz"], ["restore", "denoise", "photo.png", "--weights", "best"],
    ["restore", "deblur", "photo.png", "--kernel-size", "4"],
    ["restore", "deblur", "photo.png", "--kernel", "none.npy"],
    ["restore", "inpaint", "photo.png", "--mask", "none.png"], ["restore", "flash", "photo.png", "--flash", "no.png"],
    ["restore", "denoise", "--from-json", "none.json"], ["explain", "photo.png", "--at", "here"],
    ["restore", "denoise", "photo.png", "-o", "photo.png"],
    ["simulate", "photo.png", "--physics", "blurr"], ["simulate", "photo.png", "--physics", "blur"],
    ["simulate", "photo.png", "--physics", "mri", "--kernel", "gaussian:1"], ["simulate", "photo.png"],
    ["simulate", "photo.png", "--physics", "denoising", "--noise", "loud:1"], ["check", "nowhere_at_all:A"],
    ["simulate", "none.png", "--physics", "denoising"], ["check", "my_module:A", "--shape", "3"],
    ["train", "groupsc-grey", "--data", ".", "--out", "runs", "--time", "never"],
]  # fmt: skip


def test_what_is_wrong_at_once_is_said_without_torch(photograph):
    code = (
        "import json, sys; from preimage.cli.app import run;"
        "found = [[run(command), 'torch' in sys.modules] for command in json.loads(sys.argv[1])];"
        "print('found', json.dumps(found))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, json.dumps(AT_ONCE)], capture_output=True, text=True, cwd=photograph.parent
    )
    found = json.loads(told.stdout.rpartition("found")[2])
    assert found == [[0, False]] * len(FINE) + [[2, False]] * (len(AT_ONCE) - len(FINE))
    assert "Usage: preimage restore deblur" in told.stdout
    assert "Usage: preimage train" in told.stdout
    assert "internal" not in told.stderr
    assert len(told.stderr.splitlines()) == len(AT_ONCE) - len(FINE)
