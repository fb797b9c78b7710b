"""The command line: one module a command, imported when it is called.

A new command is a module with a click command named `command`, and its row in `app.COMMANDS`.
"""

from macros.cli.app import main

__all__ = ["main"]
