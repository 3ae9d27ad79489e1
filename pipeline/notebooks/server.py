"""What the server that kernels are forked from loads first of all: a kernel's surroundings, for its process alone.

Changed and changed back in the process that starts it, they could be read half way by a thread that starts a kernel.
"""

import os

from pipeline.notebooks.surroundings import fixed_environment

os.environ.update(fixed_environment())
