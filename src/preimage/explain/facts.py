"""What was used for an explanation, in words."""

from preimage import zoo
from preimage.files.record_text import versions
from preimage.models.sparse import SC, NonLocalSC
from preimage.restore.frame.sigma import describe_sigma

__all__ = ["facts"]


def facts(model: SC, name: str | None, level: float, origin: str) -> dict[str, str]:
    """The model, where its weights come from, and the settings, by what they are called.

    Args:
        name: the name of the weights in :mod:`preimage.zoo`; ``None`` for a model of the caller's.
        level: noise level.
        origin: where that comes from.
    """
    atoms, channels = model.output.shape[1], model.output.shape[0] // model.patch**2
    told = {
        "model": f"{type(model).__name__}: {atoms} atoms of {model.patch}x{model.patch} pixels and {channels} "
        f"channel{'s' if channels > 1 else ''}, {model.n_steps} steps",
        "weights": "a model of the caller's",
        "noise level": f"{describe_sigma(level)}, {origin}",
    }
    if isinstance(model, NonLocalSC):
        search = model.search
        told["similarity"] = (
            f"patches within a window of {search.window}x{search.window} pixels, compared anew every {search.refresh} "
            f"steps; a patch at every {'pixel' if model.patch_stride == 1 else f'{model.patch_stride}th pixel'}"
        )
    if name is not None:
        row = zoo.describe(name)
        told["weights"] = f"{name}, file {row.file}, sha256 {row.sha256[:12]}"
        told["trained on"] = f"{row.training_data}; licence: {row.licence}"
        told["made by"] = row.recipe
    return {**told, "versions": ", ".join(f"{package} {number}" for package, number in versions().items())}
