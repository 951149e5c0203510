"""How this process keeps memory: large arrays that come and go every month stay with it instead of the system."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_M_TRIM_THRESHOLD: Final = -1  # of malloc.h of the GNU C library
_M_MMAP_THRESHOLD: Final = -3
_KEPT: Final = 1 << 30
_LARGEST_THRESHOLD: Final = 32 << 20  # the most the library takes


def keep_memory() -> bool:
    """Ask the GNU C library not to give large blocks back at once; False where there is nothing to ask.

    NumPy's arrays of a month are a few megabytes each. By default every one is mapped anew and its pages are faulted
    in again, about a tenth of the time of a month.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _LARGEST_THRESHOLD)) and bool(mallopt(_M_TRIM_THRESHOLD, _KEPT))
