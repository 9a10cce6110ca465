"""Sequential: one task after another, as every flowable does that says nothing else."""

from __future__ import annotations

from tiercel.engine.flowables.flowable import Flowable


class Sequential(Flowable):
    """Nothing of its own."""
