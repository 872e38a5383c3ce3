import pytest

from preimage import errors


@pytest.mark.parametrize(
    ("leaf", "builtin"),
    [
        (errors.ArgumentError, ValueError),
        (errors.CapabilityError, TypeError),
        (errors.ConvergenceError, RuntimeError),
        (errors.FieldError, TypeError),
        (errors.ImageFileError, OSError),
        (errors.MissingDependency, ImportError),
        (errors.ShapeError, ValueError),
        (errors.WeightsError, RuntimeError),
    ],
)
def test_leaves_are_what_a_caller_would_catch(leaf: type, builtin: type) -> None:
    assert issubclass(leaf, errors.PreimageError)
    assert issubclass(leaf, builtin)


def test_the_tree_is_complete() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert set(errors.__all__) == defined
    assert sorted(errors.__all__) == errors.__all__
    raised = [getattr(errors, name) for name in errors.__all__ if not issubclass(getattr(errors, name), Warning)]
    assert all(issubclass(error, errors.PreimageError) for error in raised)
    assert issubclass(errors.ConvergenceWarning, RuntimeWarning)
