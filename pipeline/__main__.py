"""`python -m pipeline` is `outturn`."""

import sys

from pipeline.cli import main

sys.exit(main())
