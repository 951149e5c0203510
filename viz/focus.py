"""What one looks at: an indicator, of all or of one member of a dimension."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Focus:
    """`dimension` and `member` are empty for the nation."""

    indicator: str = "export_value"
    dimension: str = ""
    member: str = ""
