"""A recorded restoration done again."""

import dataclasses
from pathlib import Path
from typing import Any

from preimage import zoo
from preimage.errors import ArgumentError, ImageFileError
from preimage.files.digest import file_sha256
from preimage.restore.frame.engine import Restored, restore
from preimage.restore.frame.pictures import Picture
from preimage.restore.frame.record import Record, versions
from preimage.restore.frame.task import EitherTask, FittedTask
from preimage.restore.frame.work import Method, Progress, Settings
from preimage.restore.methods.denoiser import ByDenoiser
from preimage.restore.methods.dip.method import ByDip, Dip
from preimage.restore.tasks.deblock import Artefacts, Deblock
from preimage.restore.tasks.deblur import Deblur
from preimage.restore.tasks.demosaic import demosaicking
from preimage.restore.tasks.denoise import Denoise, denoising
from preimage.restore.tasks.flash import Flash, read_guide
from preimage.restore.tasks.inpaint import as_holes
from preimage.restore.tasks.kernel import as_kernel
from preimage.restore.tasks.superresolve import as_camera

__all__ = ["repeat"]

_SETTINGS = {field.name for field in dataclasses.fields(Settings)}


def repeat(record: Record | Path | str, image: Picture | None = None, progress: Progress | None = None) -> Restored:
    """Do again what ``record`` tells, with its noise level, tiles and threads: the same bits on the same kind of CPU.

    Args:
        record: a record, or the JSON file beside an output.
        image: the input, where it is not, or no longer, at the recorded path.
        progress: see :func:`preimage.restore.deblur`.

    Raises:
        ImageFileError, ArgumentError: the record is none, or the input, kernel, mask or weights are not the recorded.
    """
    record = record if isinstance(record, Record) else Record.read(record)
    try:
        source = record.input["path"] if image is None else image
        if isinstance(source, str) and source == "":
            raise ArgumentError("`image` must be given again, got none; the record is of an array, which has no path.")
        method = _method(record, source)
        settings = _settings(record)
        expected = record.input["sha256"]
        weights = [(row["name"], row["sha256"]) for row in _rows(record.resolved.get("weights"))]
    except (KeyError, TypeError, AttributeError) as error:
        raise ImageFileError(f"`from_json` must be a whole record, got one with a wrong or missing {error}.") from error
    if isinstance(source, (str, Path)) and file_sha256(Path(source)) != expected:
        raise ArgumentError(f"`input` must be the recorded file, got {source}, whose bytes differ; get the original.")
    for weights_name, digest in weights:
        _same("weights", zoo.describe(weights_name).sha256, digest)
    for name, digest in method.task.fingerprint().items():
        _same(name.removesuffix("_sha256"), digest, record.resolved.get(name))
    again = restore(source, method, settings, progress)
    changed = [
        f"{name} {record.versions.get(name)} then, {now} now"
        for name, now in versions().items()
        if record.versions.get(name) != now
    ]
    notes = (*again.record.notes, f"bits may differ: {', '.join(changed)}") if changed else again.record.notes
    words = record.degradation or again.record.degradation
    again_as_then = dataclasses.replace(again.record, settings=record.settings, notes=notes, degradation=words)
    return Restored(again.image, again_as_then, again.reasons, again.histories)


def _method(record: Record, image: Picture) -> Method:
    options = record.settings
    if options.get("method") == "dip":
        return ByDip(_fitted(record, image), Dip(options["setting"], record.resolved["runs"]))
    if record.task == "denoise":
        return denoising(options.get("method", "drunet"), _noise(record))
    if record.task == "demosaic":
        return ByDenoiser(demosaicking(options["pattern"], options.get("method", "dpir")))
    if record.task == "deblock":
        found, asked = record.resolved["quality"], options["quality"]
        return ByDenoiser(Deblock((None if asked == "auto" else asked) if isinstance(found, list) else found))
    return ByDenoiser(_inverse(record, image))


def _noise(record: Record) -> str:
    gain = record.resolved.get("gain")
    return f"poisson:{gain!r}" if isinstance(gain, float) and gain else str(record.settings.get("noise", "auto"))


def _fitted(record: Record, image: Picture) -> FittedTask:
    if record.task == "denoise":
        return Denoise("gaussian")
    if record.task == "deblock":
        return Artefacts()
    if record.task == "flash":
        spec = _named(record.settings["flash"], "flash")
        return Flash(read_guide(spec), spec)
    return _inverse(record, image)


def _inverse(record: Record, image: Picture) -> EitherTask:
    options = record.settings
    if record.task == "deblur":
        return Deblur(as_kernel(_named(options["kernel"], "kernel")), options["kernel"])
    if record.task == "superresolve":
        return as_camera(options["factor"], options["kernel"])
    if record.task == "inpaint":
        mask = None if options["mask"] is None else _named(options["mask"], "mask")
        return as_holes(image, mask, options.get("white", "missing"))
    raise ImageFileError(f"`from_json` must record a known task, got {record.task!r}; it is from another version.")


def _settings(record: Record) -> Settings:
    resolved = record.resolved
    common: dict[str, Any] = {name: value for name, value in record.settings.items() if name in _SETTINGS}
    found = {**common, "steps": resolved["steps"], "memory": None, "device": resolved["device"]}
    if record.settings.get("method") != "dip":  # which asks whether the noise level was given
        gain = resolved.get("gain", 0.0)
        name = "sensor_sigma" if isinstance(gain, float) and gain else "sigma_before_strength"
        light_in_some = isinstance(gain, list) and any(gain)  # is found again, picture by picture
        sigma = record.settings["sigma"] if light_in_some else resolved.get(name, "auto")
        found["sigma"] = tuple(sigma) if isinstance(sigma, list) else sigma
        names = [row["name"] for row in _rows(resolved["weights"])]
        found["weights"] = names[0] if len(names) == 1 else record.settings["weights"]
        found["tile"] = resolved["tile"]
    return Settings(**{**found, "threads": resolved["threads"]})


def _rows(weights: Any) -> list[Any]:
    """One table of weights, several, or none."""
    return weights if isinstance(weights, list) else [] if weights is None else [weights]


def _named(spec: str, name: str) -> str:
    if not spec:
        raise ArgumentError(f"`{name}` must be a file or a formula to be repeated, got a record of an array.")
    return spec


def _same(name: str, now: str, then: Any) -> None:
    if now != then:
        raise ArgumentError(f"`{name}` must be the recorded one, got another content; get the original back.")
