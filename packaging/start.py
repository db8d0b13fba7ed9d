"""Where both programs of the bundle start: by its name, one answers on the command line and the other opens the window.

On Linux and macOS one is a link to the other, since each holds all of the Python code.
"""

import locale
import os
import sys
from pathlib import Path


def know_all_letters() -> None:
    """Has libraries take an empty locale for UTF-8, as Python started by itself does (PEP 538): Qt complains else."""
    if os.name == "posix" and not os.environ.get("LC_ALL") and locale.setlocale(locale.LC_CTYPE) in ("C", "POSIX"):
        os.environ["LC_CTYPE"] = "C.UTF-8"


if __name__ == "__main__":
    know_all_letters()
    if Path(sys.argv[0]).stem == "fastface-desktop":
        from fastface_desktop.__main__ import main as open_window

        sys.exit(open_window())
    from fastface_core.cli import main

    main()
