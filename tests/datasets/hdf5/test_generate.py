import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from preimage.datasets import HDF5Dataset, PatchDataset, Sample, TensorDataset, collate, generate_dataset
from preimage.datasets.hdf5 import generate, partial
from preimage.errors import ArgumentError, ImageFileError, ShapeError
from preimage.physics import MRI, Blur, Inpainting, LinearPhysics, stack
from preimage.physics.generators import GaussianBlurGenerator, SigmaGenerator
from preimage.physics.noise import GaussianNoise
from tests.datasets.test_dataset import Listed

X = torch.rand(12, 1, 8, 9, generator=torch.Generator().manual_seed(0))
GENERATOR = GaussianBlurGenerator(3) + SigmaGenerator(0.01, 0.1)


def blur() -> LinearPhysics:
    return Blur(torch.ones(1, 1, 1, 1), noise=GaussianNoise(0.1))


def make(path: Path, train: int = 9, test: int = 3, seed: int = 0, overwrite: bool = False) -> bytes:
    groups = {"train": X[:train], "test": X[9 : 9 + test]}
    assert generate_dataset(blur(), groups, path, generator=GENERATOR, seed=seed, overwrite=overwrite) == path
    return path.read_bytes()


class Killed(BaseException):
    """What no code catches."""


def test_the_file_holds_images_measurements_and_parameters(tmp_path: Path) -> None:
    make(tmp_path / "a.h5")
    batch = collate(list(HDF5Dataset(tmp_path / "a.h5")))
    assert torch.equal(batch.x, X[:9])
    noise = (batch.y - blur().replace(**batch.params).A(batch.x)).flatten(1).std(1)
    assert 0.5 < float((noise / batch.params["sigma"]).mean()) < 1.5
    test = collate(list(HDF5Dataset(tmp_path / "a.h5", "test")))
    assert torch.equal(test.x, X[9:])
    assert not torch.isin(test.params["sigma"], batch.params["sigma"]).any()
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["train/y"].shape == (9, 1, 6, 7)
        assert np.array_equal(file["train/params/kernel"][()], batch.params["kernel"])
        assert file.attrs["physics"] == "Blur"
        assert file.attrs["seed"] == 0
        assert file.attrs["torch"] == torch.__version__
        assert "physics/kernel" in file
    assert list(tmp_path.iterdir()) == [tmp_path / "a.h5"]


def test_samples_follow_from_seed_and_index(tmp_path: Path) -> None:
    whole = make(tmp_path / "a.h5")
    torch.manual_seed(1)
    assert make(tmp_path / "b.h5") == whole
    assert make(tmp_path / "c.h5", seed=1) != whole
    y = HDF5Dataset(tmp_path / "c.h5")[2].y
    make(tmp_path / "d.h5", train=3, seed=1)
    assert torch.equal(HDF5Dataset(tmp_path / "d.h5")[2].y, y)


def test_tuples_and_complex_numbers(tmp_path: Path) -> None:
    both = stack(blur(), Inpainting(torch.ones(1, 9)))
    generate_dataset(both, X[:2], tmp_path / "a.h5")
    assert [leaf.shape for leaf in HDF5Dataset(tmp_path / "a.h5")[1].y] == [(1, 8, 9)] * 2
    x = torch.complex(X[:2], X[2:4])
    generate_dataset(MRI(torch.ones(8, 9), noise=GaussianNoise(0.1)), x, tmp_path / "b.h5")
    batch = collate(list(HDF5Dataset(tmp_path / "b.h5")))
    assert torch.equal(batch.x, x)
    assert batch.y.is_complex()


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    generate_dataset(blur(), X[:3], tmp_path / "a.h5", progress=lambda *counts: told.append(counts))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_it_grows_to_the_file_of_one_run(tmp_path: Path) -> None:
    whole = make(tmp_path / "a.h5")
    make(tmp_path / "b.h5", train=4, test=3)
    before = HDF5Dataset(tmp_path / "b.h5")
    assert make(tmp_path / "b.h5") == whole
    assert len(before) == 4
    changed = os.stat(tmp_path / "b.h5").st_mtime_ns
    assert make(tmp_path / "b.h5") == whole  # nothing to do
    assert os.stat(tmp_path / "b.h5").st_mtime_ns == changed


def small(path: Path, train: int = 3, progress: Callable[[int, int], None] | None = None) -> bytes:
    """Little to compute: masked images without noise."""
    groups = {"train": X[:train], "test": X[9:10]}
    return generate_dataset(Inpainting(torch.ones(1, 9)), groups, path, progress=progress).read_bytes()


@pytest.mark.parametrize("grows", [False, True])
def test_it_goes_on_wherever_it_was_stopped(tmp_path: Path, grows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before each write, cut, and change of a name in turn, with all rows made safe at once."""
    whole = small(tmp_path / "a.h5")
    before = small(tmp_path / "before.h5", train=2)
    path = tmp_path / "b.h5"
    calls = 0
    monkeypatch.setattr(os, "fsync", lambda _: None)  # this machine does not stop

    def counted(function: Callable, last: int) -> Callable:
        def call(*args: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls > last:
                raise Killed
            return function(*args, **options)

        return call

    run = generate._generate
    monkeypatch.setattr(generate, "_generate", lambda *args: run(*args, seconds=0.0))
    stops, resumed = 0, 0
    for last in range(200):
        for file in tmp_path.glob("b.h5*"):
            file.unlink()
        if grows:
            path.write_bytes(before)
        with monkeypatch.context() as patch:
            calls = 0
            patch.setattr(partial.Partial, "write", counted(partial.Partial.write, last))
            patch.setattr(partial.Partial, "finish", counted(partial.Partial.finish, last))
            patch.setattr(os, "replace", counted(os.replace, last))
            try:
                small(path)
                break
            except Killed:
                stops += 1
        told: list[tuple[int, int]] = []
        assert small(path, progress=lambda *counts, told=told: told.append(counts)) == whole
        resumed += len(told) < 4
    assert stops > 9
    assert resumed > stops // 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that split")
def test_it_goes_on_after_kill_minus_nine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make(tmp_path / "a.h5")
    path = tmp_path / "b.h5"
    run = generate._generate
    monkeypatch.setattr(generate, "_generate", lambda *args: run(*args, seconds=0.0))
    delays = np.random.default_rng(0).uniform(0, 0.02, 12).tolist()
    kills = 0
    while not path.exists() and delays:
        child = os.fork()
        if child == 0:
            try:
                make(path)
            finally:
                os._exit(0)
        time.sleep(delays.pop())
        os.kill(child, signal.SIGKILL)
        kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert make(path) == whole
    assert kills > 0


def test_another_call_neither_goes_on_nor_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.h5"
    make(path)
    with pytest.raises(ArgumentError, match=r"seed is 0, not 1; .*overwrite=True"):
        make(path, seed=1)
    with pytest.raises(ArgumentError, match="train has 9 samples, not 8"):
        make(path, train=8)
    with pytest.raises(ArgumentError, match="sample 0 of train is another"):
        generate_dataset(blur(), {"train": 1 - X[:9], "test": X[9:]}, path, generator=GENERATOR)
    whole = make(path, seed=1, overwrite=True)
    path.unlink()
    monkeypatch.setattr(partial.Partial, "finish", lambda *_: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        make(path, seed=0)
    monkeypatch.undo()
    with pytest.raises(ArgumentError, match=r"a\.h5\.partial, where seed is 0, not 1"):
        make(path, seed=1)
    with pytest.raises(ArgumentError, match="train has other columns or sizes"):
        make(path, train=8)
    assert [file.name for file in tmp_path.iterdir()] == ["a.h5.partial"]
    assert make(path, seed=1, overwrite=True) == whole


@pytest.mark.skipif(sys.platform == "win32", reason="files are not locked there")
def test_two_calls_at_once_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    refused: list[str] = []

    def call_again(*_: int) -> None:
        for overwrite in (False, True):
            try:
                make(path, overwrite=overwrite)
            except ImageFileError as error:
                refused.append(str(error))

    generate_dataset(blur(), X[:2], path, generator=GENERATOR, progress=call_again)
    assert len(refused) == 4
    assert all("another process" in text for text in refused)
    assert len(HDF5Dataset(path)) == 2


def test_a_full_disk_is_told_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.h5"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ImageFileError, match=r"a\.h5 could not be written: No space left"):
            small(path)
    assert small(path) == small(tmp_path / "b.h5")


def test_what_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    sizes = Listed([Sample(torch.ones(1, 4, 4)), Sample(torch.ones(1, 4, 5))])
    with pytest.raises(ShapeError, match=r"`x` float32 \(1, 4, 5\) in sample 1 of 'train'"):
        generate_dataset(blur(), sizes, path)
    (tmp_path / "a.h5.partial").unlink()
    generate_dataset(blur(), PatchDataset(sizes, 3), path)
    with pytest.raises(ArgumentError, match="none in sample 0"):
        generate_dataset(blur(), TensorDataset(y=X), tmp_path / "b.h5")
    for images, text in (({"a/b": X}, "'a/b'"), ({"physics": X}, "'physics'"), (X[:0], "one or more"), ({}, "one or")):
        with pytest.raises(ArgumentError, match=text):
            generate_dataset(blur(), images, tmp_path / "b.h5")
