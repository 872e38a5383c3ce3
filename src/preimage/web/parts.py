"""The parts of the page that show pictures and what becomes of them, as HTML."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

from preimage.files.formats.table import suffixes, titles
from preimage.web.command import command_text
from preimage.web.findings import Findings
from preimage.web.limits import Bounds
from preimage.web.picture import KERNEL, Restoration, VisitedPicture
from preimage.web.visit import Visit, downloads

__all__ = ["facts_part", "files_part", "outcome_part", "stage_part", "status_part"]

_MINUTE = 90
_BARELY = 0.5 / 255
_COARSE = 1.5
_FINE = 10


def stage_part(visit: Visit, picture: VisitedPicture | None, painting: bool) -> str:
    """The picture, to be compared or painted on; or where to drop one."""
    opened = f'<div class="pi-stage" data-token="{visit.token}" data-most="{visit.workshop.bounds.megabytes}"'
    opened += f' data-accept="{",".join(suffixes())}">'
    if picture is None:
        return f"{opened}{_empty(visit.workshop.bounds)}</div>"
    if picture.looking.state == "failed":
        return f'{opened}<div class="pi-empty"><p>{escape(picture.looking.reason)}</p></div></div>'
    if picture.looking.state != "done":
        return f'{opened}<div class="pi-empty"><p class="pi-wait">Looking at {escape(picture.name)}</p></div></div>'
    addresses = {"before": _address(visit, picture, "before")}
    restoration = picture.restoration
    if restoration is not None and not painting:
        version = restoration.folder.name
        for name, kind in (("after", "view"), ("errors", "errors-view")):
            if kind in restoration.files:
                addresses[name] = _address(visit, picture, kind, version)
        if (scale := restoration.error_scale) is not None:
            top, share = 255 * scale[0], 100 * scale[1]
            told_top = f"{top:.1f}" if top < _FINE else f"{top:.0f}"
            addresses |= {"errors-top": f"{told_top} of 255", "errors-share": f"{share:.0f} %"}
    if painting:
        addresses["paint"] = f"/files/{visit.token}/mask?{urlencode({'picture': picture.number})}"
        if "mask" in picture.files:
            addresses["mask"] = _address(visit, picture, "mask")
    told = " ".join(f'{name}="{escape(value)}"' for name, value in addresses.items())
    return f'{opened}<preimage-viewer name="{escape(picture.name)}" {told}></preimage-viewer></div>'


def _empty(bounds: Bounds) -> str:
    return (
        '<button type="button" class="pi-empty" data-open><strong>Drop pictures here</strong>'
        f"<span>or choose them: {titles()}, up to {bounds.megabytes} MB and {bounds.megapixels} megapixels each</span>"
        "</button>"
    )


def _address(visit: Visit, picture: VisitedPicture, kind: str, version: str = "") -> str:
    return f"/files/{visit.token}/{picture.number}/{kind}" + (f"?{version}" if version else "")


def files_part(visit: Visit, chosen: str) -> str:
    """The pictures of a visit: a line for each, and a way to more."""
    if not visit.pictures:
        return ""
    lines = "".join(_line(visit, picture, picture.number == chosen) for picture in visit.pictures.values())
    return f'<div class="pi-files">{lines}<button type="button" class="pi-more" data-open>Add pictures</button></div>'


def _line(visit: Visit, picture: VisitedPicture, is_chosen: bool) -> str:
    thumb = f'<img src="{_address(visit, picture, "before")}" alt="">' if picture.view.is_file() else "<i></i>"
    current = ' aria-current="true"' if is_chosen else ""
    name = escape(picture.name)
    return (
        f'<div class="pi-file"{current}><button type="button" data-picture="{picture.number}">{thumb}'
        f"<b>{name}</b><span>{escape(_state(picture))}</span></button>"
        f'<button type="button" data-remove="{picture.number}" aria-label="Remove {name}">×</button></div>'  # noqa: RUF001
    )


def _state(picture: VisitedPicture) -> str:
    if picture.looking.state == "failed":
        return "cannot be read"
    if picture.restoration is None:
        return "" if picture.looking.is_over else "looking"
    work = picture.restoration.work
    if work.state == "working":
        return "at work" if work.share is None else f"{100 * work.share:.0f} %"
    return {"waiting": "waits", "done": "restored", "failed": "failed", "cancelled": "cancelled"}[work.state]


def facts_part(visit: Visit, picture: VisitedPicture | None) -> str:
    """What was found in a picture."""
    findings = None if picture is None else picture.findings
    if picture is None or findings is None:
        return ""
    items = "".join(f"<span>{escape(text)}</span>" for text in _facts(findings)) + _blur(visit, picture)
    return f'<p class="pi-facts"><b>{escape(picture.name)}</b>{items}</p>'


def _facts(findings: Findings) -> list[str]:
    colour = {1: "grey", 3: "colour"}.get(findings.channels, f"{findings.channels} bands")
    told = [f"{findings.width:,} × {findings.height:,}", f"{findings.bits}-bit {colour} {findings.format}"]  # noqa: RUF001
    if findings.noise is not None:
        level = f"noise {255 * findings.noise:.1f} of 255" if findings.noise > _BARELY else "no noise seen"
        level += ", more where it is bright" if findings.grows else ""
        is_coarse = findings.noise > _BARELY and findings.grain >= _COARSE
        told.append(level + (f", {findings.grain:.0f} pixels coarse" if is_coarse else ""))
    if findings.quality is not None:
        told.append(f"JPEG quality {findings.quality}" + ("" if findings.from_table else ", by its traces"))
    if findings.enlarged is not None:
        told.append(f"enlarged {findings.enlarged:.1f} times before")
    return told


def _blur(visit: Visit, picture: VisitedPicture) -> str:
    """The blur that was found, with its kernel; or that it is looked for."""
    blur, work = picture.blur, picture.blurring
    if blur is None:
        return "" if work is None or work.is_over else '<span class="pi-wait">looking for a blur</span>'
    if blur.is_sharp or not blur.is_sure:
        return f"<span>{'no blur seen' if blur.is_sharp else 'no blur that is sure'}</span>"
    address = _address(visit, picture, "blur")
    link = f'<a href="{address}" download="{KERNEL}" aria-label="Download the kernel">{_kernel(address)}</a>'
    return f"<span>blurred: {escape(blur.words)}{link}</span>"


def _kernel(address: str) -> str:
    return f'<img class="pi-kernel" src="{address}" alt="the kernel of the blur">'


def status_part(pictures: Iterable[VisitedPicture], refused: str = "") -> str:
    """How far the work is: a bar for all pictures together, and a line of words; or why a wish was not taken."""
    if refused:
        return f'<div class="pi-status" role="alert"><p class="pi-wrong">{escape(refused)}</p></div>'
    runs = [picture.restoration for picture in pictures if picture.restoration is not None]
    busy = [run for run in runs if not run.work.is_over]
    if not busy:
        return ""
    shares = [1.0 if run.work.is_over else run.work.share or 0.0 for run in runs]
    share = sum(shares) / len(shares)
    working = [run.work for run in busy if run.work.state == "working"]
    known = any(work.share is not None for work in working)
    words = _words(share, max((work.seconds for work in working), default=0.0), known, bool(working))
    several = f"{len(runs) - len(busy)} of {len(runs)} done. " if len(runs) > 1 else ""
    text = next((work.helper.text for work in working if work.helper is not None and work.helper.text), "")
    fill = f' style="width:{100 * share:.1f}%"' if known or share else ""
    bar = f'<div class="pi-bar{"" if fill else " pi-unknown"}"><i{fill}></i></div>'
    tail = f" {escape(text[:1].upper() + text[1:])}." if text and len(runs) == 1 else ""
    return f'<div class="pi-status" role="status">{bar}<p>{several}{words}{tail}</p></div>'


def _words(share: float, seconds: float, known: bool, working: bool) -> str:
    if not working:
        return "Waiting for its turn."
    if not known:
        return f"At work for {seconds:.0f} s."
    left = seconds * (1 - share) / share if share > 0.02 else None
    rest = "" if left is None or seconds < 3 else f", {_duration(left)} left"
    return f"{100 * share:.0f} %{rest}."


def _duration(seconds: float) -> str:
    return f"about {max(seconds, 1):.0f} s" if seconds < _MINUTE else f"about {seconds / 60:.0f} min"


def outcome_part(visit: Visit, picture: VisitedPicture | None) -> str:
    """What came of the last wish: files to download and the command that repeats it, or why there is nothing."""
    restoration = None if picture is None else picture.restoration
    if picture is None or restoration is None or not restoration.work.is_over:
        return ""
    if restoration.work.state == "cancelled":
        return '<div class="pi-outcome"><p class="pi-quiet">Cancelled. Nothing was changed.</p></div>'
    if restoration.work.state == "failed":
        return f'<div class="pi-outcome"><p class="pi-wrong">{escape(restoration.work.reason)}</p></div>'
    return f'<div class="pi-outcome">{_links(visit, picture, restoration)}{_commands(restoration)}</div>'


def _links(visit: Visit, picture: VisitedPicture, restoration: Restoration) -> str:
    labels = {"picture": "Download picture", "record": "Record", "errors": "Error map", "kernel": "Kernel found"}
    version = restoration.folder.name
    links = [
        f'<a class="{"pi-main" if kind == "picture" else "pi-link"}" download="{escape(restoration.files[kind].name)}" '
        f'data-kind="{kind}" href="{_address(visit, picture, kind, version)}">{label}'
        f"{_kernel(_address(visit, picture, kind, version)) if kind == 'kernel' else ''}</a>"
        for kind, label in labels.items()
        if kind in restoration.files
    ]
    brought = {**visit.files, **picture.files}
    links += [
        f'<a class="pi-link" download="{escape(name)}" href="{_address(visit, picture, option)}">{option.capitalize()}'
        "</a>"
        for option, name in restoration.wish.settings.items()
        if option in brought and name in restoration.words
    ]
    restored = [other for other in visit.pictures.values() if other.restoration and other.restoration.files]
    if len(restored) > 1:
        links.append(
            f'<a class="pi-link" download="restored.zip" href="/files/{visit.token}/all/restored.zip">'
            f"All {len(restored)} as a zip ({len(downloads(visit))} files)</a>"
        )
    return f'<p class="pi-links">{"".join(links)}</p>'


def _commands(restoration: Restoration) -> str:
    exact = ["restore", restoration.wish.task, "--from-json", restoration.files["record"].name, "--overwrite"]
    exact += ["-o", restoration.result] if restoration.wish.save_as else []
    return (
        '<div class="pi-command"><p>The same in a terminal, in the folder of the picture</p>'
        f"{_command(restoration.words)}"
        f"<p>To the last bit, from the record beside it</p>{_command(exact)}</div>"
    )


def _command(words: Sequence[str]) -> str:
    text = escape(command_text(words))
    return f'<pre><code>{text}</code><button type="button" data-copy>Copy</button></pre>'
