"""What tasks about one file give back."""

from __future__ import annotations

from tiercel.plugins import Outputs


class UriOutputs(Outputs):
    """The file a task made.

    Attributes:
        uri: Where it is.
    """

    uri: str
