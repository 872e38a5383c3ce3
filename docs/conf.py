"""The documentation site: ``python bootstrap.py docs`` builds it, without a network once the packages are there."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "extensions"))

from gallery import arguments_of, keep_figures  # noqa: E402 # pyright: ignore[reportAttributeAccessIssue]

project = "preimage"
author = "The preimage developers"
copyright = "the preimage developers"
version = release = version_of("preimage")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "api_pages",
    "findings_table",
    "mathml",
    "offline",
    "sphinx_gallery.gen_gallery",
    "repository_links",
    "swift",
]
exclude_patterns = ["_build"]
suppress_warnings = ["config.cache"]  # functions among the settings

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"preimage {release}"
html_static_path = ["_static"]
html_css_files = ["preimage.css"]
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = [("Warns", "returns_style")]

sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["gallery"],
    "filename_pattern": "",  # all of them are run
    "reset_argv": arguments_of,
    "image_scrapers": (keep_figures,),
    "abort_on_example_error": True,
    "within_subsection_order": "ExampleTitleSortKey",
    "capture_repr": (),
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
    "parallel": True,  # in as many processes as `-j` says
}
