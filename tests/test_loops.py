from pathlib import Path

from tests.loops import files_with_loops


def test_without_the_extra_the_tests_of_who_uses_loops_are_run() -> None:
    names = {path.relative_to(Path(__file__).parent).as_posix() for path in files_with_loops()}
    assert {"metric/distortion/test_ssim.py", "denoisers/test_rof.py", "transform/test_centred_fourier.py"} <= names
    assert "transform/test_fourier.py" not in names
    assert not any(name.startswith("kernels/") for name in names)  # which compare the two ways in one run
