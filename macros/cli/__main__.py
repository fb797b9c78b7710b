"""`python -m macros.cli` is `opsheet`."""

from macros.cli.app import main

if __name__ == "__main__":
    main()
