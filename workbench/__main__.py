"""``python -m workbench``: the command line."""

import sys

from workbench.cli.entry import main

# Worker processes import this module again where they are spawned; only the first one is the command.
if __name__ == "__main__":
    sys.exit(main())
