"""`python -m idp.development`, behind `make run`."""

import os
import sys

from idp.development.supervisor import main

sys.exit(main(os.environ))
