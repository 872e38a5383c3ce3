import torch

from preimage import zoo
from preimage.explain.facts import facts
from preimage.models.sparse import SC, GroupSC, Search


def test_a_model_of_the_caller_is_told_by_its_sizes() -> None:
    told = facts(SC(3, 5, 12, 4, (0.1,)), None, 0.1, "given")
    assert told["model"] == "SC: 12 atoms of 5x5 pixels and 3 channels, 4 steps"
    assert told["weights"] == "a model of the caller's"
    assert told["noise level"].endswith(", given")
    assert "(25.50/255)" in told["noise level"]
    assert f"torch {torch.__version__}" in told["versions"]
    assert "similarity" not in told


def test_weights_are_told_with_file_digest_data_and_recipe() -> None:
    row = zoo.describe("groupsc-grey")
    model = GroupSC(1, 5, 12, 4, (0.1,), search=Search(window=9, refresh=2, patch_stride=3))
    told = facts(model, "groupsc-grey", 0.1, "estimated")
    assert told["weights"] == f"groupsc-grey, file {row.file}, sha256 {row.sha256[:12]}"
    assert told["trained on"] == f"{row.training_data}; licence: {row.licence}"
    assert told["made by"] == row.recipe
    assert "window of 9x9 pixels, compared anew every 2 steps; a patch at every 3th pixel" in told["similarity"]
    assert "1 channel," in told["model"]
