# SPDX-License-Identifier: Apache-2.0
"""What the commands of this package share: exit codes and the reading of arguments."""

import argparse

USAGE, BAD_INPUT = 64, 65  # exit codes, as those of `stockpot`


class Parser(argparse.ArgumentParser):
    """Shows all of the help where arguments are wrong."""

    def error(self, message):
        """Shows the usage and ends with the exit code that `stockpot` has for it."""
        self.exit(USAGE, f"{self.format_help()}\n{self.prog}: {message}\n")
