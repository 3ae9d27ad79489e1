"""What all tests share: no warm process outlives them for long, however many copies of the project they make."""

import os

os.environ.setdefault("OUTTURN_WARM_SECONDS", "10")
