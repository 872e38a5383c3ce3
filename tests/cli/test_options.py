import dataclasses

from preimage.cli.options import Fitting, Request, SharedOptions


def test_options_become_arguments_of_the_function() -> None:
    request = Request(
        "deblur", (), {"kernel": "k.png", "method": "dip"}, SharedOptions(strength=2.0, bits=10), Fitting(seed=3)
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


def test_samples_choose_the_method_that_draws_them() -> None:
    for method in (None, "drunet", "posterior"):
        request = Request("denoise", (), {"samples": 4, "method": method})
        assert (request.method, request.draws_samples) == ("posterior", True)
    assert not Request("denoise", (), {"samples": 4, "method": "groupsc"}).draws_samples
    assert not Request("denoise", (), {"samples": None, "method": "drunet"}).draws_samples


def test_every_task_takes_the_shared_options() -> None:
    for task in ("demosaic", "denoise"):
        given = Request(task, (), {}).arguments()
        assert (given["seed"], given["trace"], given["device"]) == (0, False, "auto")


def test_every_option_has_a_default() -> None:
    for options in (SharedOptions, Fitting):
        assert all(field.default is not dataclasses.MISSING for field in dataclasses.fields(options))
