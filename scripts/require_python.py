"""Stop with one sentence where the interpreter is too old; runs on any Python 3."""

import sys

if sys.version_info < (3, 11):
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit("Python 3.11 or newer is needed, found %s: make PYTHON=python3.11 run" % found)
