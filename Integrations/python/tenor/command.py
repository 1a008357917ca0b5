"""The command `tenor`: the program of the wheel, in place of this process."""

import os
import sys

from .program import PACKAGED


def main() -> None:
    os.execv(PACKAGED, [str(PACKAGED), *sys.argv[1:]])
