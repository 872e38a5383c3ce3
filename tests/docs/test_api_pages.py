"""Every public name has a page."""

import importlib
import inspect

from tests.docs.pages import extension

api = extension("api_pages")


def test_every_public_name_has_a_page(tmp_path) -> None:
    api.write_pages(tmp_path)
    names = {name: entry for entry in api.entries() for name in (entry.name, *entry.others)}
    for package in api.packages():
        for name in package.__all__:
            value = getattr(package, name)
            if inspect.ismodule(value):
                continue
            entry = names[f"{package.__name__}.{name}"]
            assert (tmp_path / f"{entry.page}.rst").exists()
            assert f":doc:`{entry.name.removeprefix('preimage.')} <{entry.name}>`" in (
                tmp_path / f"api/parts/package-{entry.home}.rst"
            ).read_text(encoding="utf-8")
    assert "preimage.Reconstructor" in names


def test_a_value_has_one_page_by_its_shortest_name() -> None:
    (entry,) = [entry for entry in api.entries() if entry.name.endswith(".TVPrior")]
    assert (entry.name, entry.home, entry.others) == (
        "preimage.optim.TVPrior",
        "preimage.optim.prior",
        ("preimage.optim.prior.TVPrior",),
    )
    assert entry.summary.startswith("``g(x) = weight")


def test_names_of_modules_that_are_exported_have_pages() -> None:
    names = {entry.name for entry in api.entries()}
    assert {"preimage.physics.kernels.gaussian_blur", "preimage.physics.coils.espirit"} <= names


def test_the_name_of_a_page_leads_to_what_it_is_about() -> None:
    for entry in api.entries():
        module, _, name = entry.name.rpartition(".")
        assert getattr(importlib.import_module(module), name) == entry.value, entry.name


def test_pages_that_stay_the_same_are_not_touched(tmp_path) -> None:
    api.write_pages(tmp_path)
    page = tmp_path / "api" / "parts" / "preimage.optim.TVPrior.rst"
    before = page.stat().st_mtime_ns
    (page.parent / "preimage.optim.Gone.rst").write_text("")
    api.write_pages(tmp_path)
    assert page.stat().st_mtime_ns == before
    assert not (page.parent / "preimage.optim.Gone.rst").exists()


def test_pages_lead_to_the_examples_that_use_a_name() -> None:
    (entry,) = [entry for entry in api.entries() if entry.name == "preimage.optim.SDMM"]
    assert "</gallery/blur_tv_sdmm>`" in api.entry_page(entry)
    assert api.examples_of("TV") == ""
    assert api.title_of('"""\nA title\n=======\n\nText."""') == "A title"


def test_stars_and_bars_outside_of_code_mark_nothing() -> None:
    assert api.plain_signs("``a*b`` is (B, *shape) and |q| of `x|y`") == r"``a*b`` is (B, \*shape) and \|q\| of `x|y`"
    assert api.plain_signs("  * an item, *args") == r"  * an item, \*args"


def test_arguments_that_a_base_tells_of_are_told() -> None:
    pages = {entry.name: api.entry_page(entry) for entry in api.entries() if entry.name.startswith("preimage.physics.")}
    assert "* **noise**: the law of the measurement given ``A(x)``; none by default." in pages["preimage.physics.Blur"]
    assert "as of its bases" not in pages["preimage.physics.Physics"]
    assert "as of its bases" not in pages["preimage.physics.kernels.gaussian_blur"]
