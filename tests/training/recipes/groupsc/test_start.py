import pytest
import torch
from safetensors.torch import save_file

from preimage.errors import WeightsError
from preimage.models.sparse import SC, GroupSC
from preimage.training.recipes.groupsc.degradations import TASKS
from preimage.training.recipes.groupsc.start import from_file, from_images


def model(levels, channels=1, atoms=8):
    return SC(channels, 3, atoms, 2, levels)


def saved(tmp_path, network):
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.rand(parameter.shape, generator=torch.Generator().manual_seed(1)))
    path = tmp_path / "weights.safetensors"
    save_file(network.state_dict(), path)
    return path


def test_from_images(photographs):
    task = TASKS["jpeg"]
    network = model(task.levels)
    state = from_images(task.images(photographs), task, network, 50, 0)
    for name in ("encoder", "dictionary", "output"):
        assert torch.equal(state[name], state["initial"])
    assert float(torch.linalg.matrix_norm(state["initial"], 2)) == pytest.approx(1, abs=1e-5)
    assert torch.equal(state["thresholds"], torch.full((4, 2, 8), 0.004))
    noise = TASKS["grey"]
    start = from_images(noise.images(photographs), noise, model(noise.levels), 50, 0)["thresholds"]
    torch.testing.assert_close(start[:, 1, 3], 0.02 * torch.tensor([5, 15, 25, 50]) / 25)


def test_from_the_file_of_another_task(tmp_path):
    source = GroupSC(1, 3, 8, 2, (0.1, 0.2))
    path = saved(tmp_path, source)
    same = from_file(path, model((0.6, 0.9)))
    assert torch.equal(same["thresholds"], source.thresholds)
    assert same["levels"].tolist() == pytest.approx([0.6, 0.9])
    assert torch.equal(same["scale"], source.scale)
    one = from_file(path, model((0.0,)))
    assert torch.equal(one["thresholds"], source.thresholds[:1])
    more = from_file(path, model((0.1, 0.2, 0.3)))
    assert torch.equal(more["thresholds"], source.thresholds[:1].expand(3, 2, 8))


def test_weights_that_do_not_fit(tmp_path):
    path = saved(tmp_path, model((0.1,), channels=3))
    with pytest.raises(WeightsError, match=r"got others in .* \(.*encoder.*\)"):
        from_file(path, model((0.1,)))
    with pytest.raises(WeightsError, match=r"nothing\.safetensors"):
        from_file(tmp_path / "nothing.safetensors", model((0.1,)))
    path.write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="must be a file of weights"):
        from_file(path, model((0.1,)))
