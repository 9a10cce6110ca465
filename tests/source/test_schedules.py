from __future__ import annotations

import pytest

from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.plugins.registry import Registry
from tiercel.source import Parsed, parse_flow

REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)
FLOW = """
id: daily
namespace: company.team
tasks:
  - {id: hello, type: io.kestra.plugin.core.log.Log, message: hello}
triggers:
  - id: slots
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "%s"
"""


def parse(cron: str, dialect: DialectSetting = DialectSetting.AUTO) -> Parsed:
    return parse_flow(FLOW % cron, REGISTRY, dialect)


def test_a_wrong_cron_is_refused_where_it_stands() -> None:
    (wrong,) = parse("0 25 * * *").violations
    assert (wrong.path, wrong.line, wrong.is_error) == ("triggers[0].cron", 9, True)
    assert wrong.message == "'0 25 * * *': '25' is no hour"


def test_the_last_day_is_known_since_2_0() -> None:
    flow = parse("0 0 L * *").flow
    assert flow is not None
    assert flow.dialect is Dialect.V2_0
    (wrong,) = [found for found in parse("0 0 L * *", DialectSetting.V1_3).violations if found.is_error]
    assert wrong.path == "triggers[0].cron"
    assert wrong.message == "L in a cron expression is not part of dialect 1.3: it exists only in 2.0"


@pytest.mark.parametrize("cron", ["0 0 1,L * *", "0 0 L,15 * *"])
def test_the_last_day_within_a_list_is_warned_of(cron: str) -> None:
    (warning,) = [found for found in parse(cron).violations if found.code == "no-effect"]
    assert not warning.is_error
    assert "L means nothing within a list" in warning.message
