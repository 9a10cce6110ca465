"""What a dashboard is: charts, each with a question to what the installation remembers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from tiercel.model.json import Json

DEFAULT_WINDOW = timedelta(days=30)
LONGEST_WINDOW = timedelta(days=366)


class Dataset(StrEnum):
    """What a chart is about."""

    EXECUTIONS = "Executions"
    LOGS = "Logs"
    METRICS = "Metrics"
    FLOWS = "Flows"
    TRIGGERS = "Triggers"


class FieldKind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    SECONDS = "seconds"
    TIME = "time"
    LABELS = "labels"


class Aggregate(StrEnum):
    """How many values become one."""

    AVG = "AVG"
    MAX = "MAX"
    MIN = "MIN"
    SUM = "SUM"
    COUNT = "COUNT"


class ChartKind(StrEnum):
    """How a chart is drawn."""

    BAR = "Bar"
    TIME_SERIES = "TimeSeries"
    PIE = "Pie"
    TABLE = "Table"
    KPI = "KPI"
    MARKDOWN = "Markdown"


_NAMES = {"NAMESPACE": FieldKind.TEXT, "FLOW_ID": FieldKind.TEXT}
FIELDS: Mapping[Dataset, Mapping[str, FieldKind]] = {
    Dataset.EXECUTIONS: {
        **_NAMES,
        "ID": FieldKind.TEXT,
        "FLOW_REVISION": FieldKind.NUMBER,
        "STATE": FieldKind.TEXT,
        "DURATION": FieldKind.SECONDS,
        "LABELS": FieldKind.LABELS,
        "START_DATE": FieldKind.TIME,
        "END_DATE": FieldKind.TIME,
        "TRIGGER_EXECUTION_ID": FieldKind.TEXT,
        "SCOPE": FieldKind.TEXT,
    },
    Dataset.LOGS: {
        **_NAMES,
        "EXECUTION_ID": FieldKind.TEXT,
        "TASK_ID": FieldKind.TEXT,
        "DATE": FieldKind.TIME,
        "TASK_RUN_ID": FieldKind.TEXT,
        "ATTEMPT_NUMBER": FieldKind.NUMBER,
        "TRIGGER_ID": FieldKind.TEXT,
        "LEVEL": FieldKind.TEXT,
        "MESSAGE": FieldKind.TEXT,
    },
    Dataset.METRICS: {
        **_NAMES,
        "TASK_ID": FieldKind.TEXT,
        "EXECUTION_ID": FieldKind.TEXT,
        "TASK_RUN_ID": FieldKind.TEXT,
        "TYPE": FieldKind.TEXT,
        "NAME": FieldKind.TEXT,
        "VALUE": FieldKind.NUMBER,
        "DATE": FieldKind.TIME,
    },
    Dataset.FLOWS: {"ID": FieldKind.TEXT, "NAMESPACE": FieldKind.TEXT, "REVISION": FieldKind.NUMBER},
    Dataset.TRIGGERS: {
        **_NAMES,
        "ID": FieldKind.TEXT,
        "TRIGGER_ID": FieldKind.TEXT,
        "EXECUTION_ID": FieldKind.TEXT,
        "NEXT_EXECUTION_DATE": FieldKind.TIME,
        "WORKER_ID": FieldKind.TEXT,
    },
}
"""What each dataset can be asked for."""


class ChartColumn(Struct, frozen=True, kw_only=True):
    """One column of the rows of a chart; without ``aggregate`` rows are put together by its value.

    Attributes:
        name: In the rows.
        field: None only when rows are counted.
        key: Of a label, for the field LABELS.
        title: Shown instead of the name.
    """

    name: str
    field: str | None = None
    aggregate: Aggregate | None = None
    key: str | None = None
    title: str | None = None


class ChartFilter(Struct, frozen=True, kw_only=True):
    """One condition on rows, or several of which one must hold.

    Attributes:
        type: Such as EQUAL_TO; OR when only ``members`` count.
        values: Texts, numbers, microseconds for a time and a length of time; one unless ``type`` takes several.
    """

    type: str
    field: str = ""
    key: str | None = None
    values: tuple[str | float, ...] = ()
    members: tuple[ChartFilter, ...] = ()


class ChartQuery(Struct, frozen=True, kw_only=True):
    """What a chart asks for.

    Attributes:
        order: Names of columns, and whether the largest comes first.
        numerator: For one figure: the rows that are counted of those ``where`` leaves.
    """

    dataset: Dataset
    columns: tuple[ChartColumn, ...]
    where: tuple[ChartFilter, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    numerator: tuple[ChartFilter, ...] = ()


class Chart(Struct, frozen=True, kw_only=True):
    """One chart.

    Attributes:
        document: As written.
        query: None for a text.
        is_share: Its figure is a share of a hundred.
        text: What a text says; None when it is the description of ``flow``.
    """

    id: str
    kind: ChartKind
    document: dict[str, Json]
    query: ChartQuery | None = None
    is_share: bool = False
    text: str | None = None
    flow: tuple[str, str] | None = None


class Dashboard(Struct, frozen=True, kw_only=True):
    """A dashboard as its source says.

    Attributes:
        window: How far back it looks unless asked for another range.
        longest: No range may be longer.
        document: As written.
    """

    id: str
    title: str
    description: str | None
    window: timedelta
    longest: timedelta
    charts: tuple[Chart, ...]
    document: dict[str, Json]
    source: str
