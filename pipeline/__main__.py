"""`python -m pipeline` is `outturn`; a stage is done by a fork of the warm process where one is there."""

import os
import sys
from pathlib import Path

from pipeline.warm.client import WarmError, fork_warm
from pipeline.warm.modules import WORK


def run(arguments: list[str]) -> int:
    """The exit code of the command."""
    if len(arguments) == 2 and arguments[0] == "stage" and arguments[1] in WORK:
        try:
            return fork_warm(arguments[1], arguments, os.environ, Path.cwd(), start=False).wait() or 0
        except WarmError:
            pass
    from pipeline.cli import main

    return main(arguments)


sys.exit(run(sys.argv[1:]))
