import dataclasses

from preimage.cli.options import Fitting, Request, Shared


def test_options_become_arguments_of_the_function() -> None:
    request = Request(
        "deblur", (), {"kernel": "k.png", "method": "dip"}, Shared(strength=2.0, bits=10), Fitting(seed=3)
    )
    given = request.arguments()
    assert {name: given[name] for name in ("kernel", "strength", "bits", "seed", "trace")} == {
        "kernel": "k.png",
        "strength": 2.0,
        "bits": 10,
        "seed": 3,
        "trace": False,
    }
    assert "method" not in given


def test_only_what_a_task_takes() -> None:
    assert "seed" not in Request("demosaic", (), {}).arguments()
    assert "trace" not in Request("denoise", (), {}).arguments()


def test_every_option_has_a_default() -> None:
    for options in (Shared, Fitting):
        assert all(field.default is not dataclasses.MISSING for field in dataclasses.fields(options))
