"""Floor 5: the `medlake` command, a file per group."""

from lakehouse.settings import tune_libraries

# Here because every module of the command imports some of them.
tune_libraries()
