"""First import of the fork server: sets a kernel's environment for that process alone.

If the process that starts it changed its own environment and back, a thread starting a kernel could see the change.
"""

import os

from pipeline.notebooks.surroundings import fixed_environment

os.environ.update(fixed_environment())
