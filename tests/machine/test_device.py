import pytest
import torch

from preimage.errors import ArgumentError
from preimage.machine.device import find_device


@pytest.mark.parametrize(("cuda", "mps", "found"), [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")])
def test_auto_is_a_gpu_where_there_is_one(monkeypatch, cuda, mps, found):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert find_device("auto") == torch.device(found)


def test_a_device_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert find_device("cpu") == torch.device("cpu")
    with pytest.raises(ArgumentError, match=r"`device` must be one of this machine, got 'cuda', .* use auto"):
        find_device("cuda")
    with pytest.raises(ArgumentError, match="use cpu"):
        find_device("cuda", "cpu")
    with pytest.raises(ArgumentError, match="must be auto, cpu, cuda or mps, got 'tpu'"):
        find_device("tpu")
