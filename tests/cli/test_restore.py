from preimage.cli.restore import build_restore
from preimage.restore.table import TASKS


def test_every_task_of_the_table_is_a_command_with_its_help() -> None:
    app = build_restore()
    for row in TASKS:
        command = app[row.name]
        assert command.help == row.help
        assert command.help_epilogue is not None
        assert row.examples in command.help_epilogue
