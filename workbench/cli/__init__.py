"""The command line, ``python -m workbench``: one module per command, over the functions that the pages use."""
