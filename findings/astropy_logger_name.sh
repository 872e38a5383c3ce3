#!/usr/bin/env bash
# astropy: once a program has named the logger "astropy", astropy can no longer be imported.
# logging.getLogger("astropy").setLevel("WARNING"), or a logging.config.dictConfig that has a level for it, is how one quietens a library. Before the first
# import it makes a plain Logger of that name; astropy then takes it for its own class and calls a method that it lacks: AttributeError: 'Logger' object has no
# attribute '_set_defaults'. The import fails in that process for good, at the reader of FITS files, far from the line that named the logger.
# Expected: what Python's logging promises, that a logger may be asked for by its name from anywhere at any time. After the import it may; and the names
# of numpy, scipy, matplotlib and of astropy's own modules, such as "astropy.io", may before.
# Remedy: import astropy before loggers are configured, or name the modules of astropy.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 astropy==8.0.2 pyerfa==2.0.1.5 PyYAML==6.0.4 packaging==26.4 \
  astropy-iers-data==0.2026.11.2.0.34.55

cd "$folder"
python=$folder/venv/bin/python
"$python" -c 'import astropy; print("astropy", astropy.__version__)'

tried() {  # what happens to the import after these lines
  local said
  said=$("$python" -c "$1" 2>&1 | tail -n 1) || true
  printf '%s\n    %s\n' "$1" "${said:-imported}"
  [[ "$said" == $2 ]] || { echo "the behaviour has changed"; exit 1; }
}

broken="AttributeError: *has no attribute '_set_defaults'"
tried 'import logging; logging.getLogger("astropy").setLevel("WARNING"); import astropy' "$broken"
tried 'import logging.config; logging.config.dictConfig({"version": 1, "loggers": {"astropy": {"level": "WARNING"}}}); import astropy.io.fits' "$broken"
tried 'import logging; logging.getLogger("astropy.io").setLevel("WARNING"); import astropy' ""
tried 'import logging; logging.getLogger("numpy").setLevel("WARNING"); import numpy' ""
tried 'import astropy, logging; logging.getLogger("astropy").setLevel("WARNING"); import astropy.io.fits' ""
