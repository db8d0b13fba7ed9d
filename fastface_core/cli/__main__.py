"""`python -m fastface_core.cli`."""

from fastface_core.cli.main import main

if __name__ == "__main__":
    main()
