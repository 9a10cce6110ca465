from __future__ import annotations

import pytest
from msgspec.structs import replace

from tiercel.api.date_filters import EXECUTION_DATES, TRIGGER_DATES, dates_of, within_span
from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import EXECUTION_FIELDS, FLOW_FIELDS, LOG_FIELDS
from tiercel.api.filters import flat_filters, read_filters, read_instant
from tiercel.errors import InvalidError
from tiercel.repository.query import Filter, Group, Operation

NOW = 1_700_000_000_000_000
DAY = 86_400_000_000


def read(*pairs, fields=EXECUTION_FIELDS, **options):
    return read_filters(pairs, fields, NOW, **options)


def test_filters_are_conditions_that_all_hold():
    found = read(("filters[namespace][PREFIX]", "a.b"), ("page", "1"), ("filters[state][IN]", "RUNNING, SUCCESS"))
    assert found == (
        Filter("namespace", Operation.PREFIX, "a.b"),
        Filter("state", Operation.IN, ("RUNNING", "SUCCESS")),
    )


def test_labels_have_a_key():
    assert read(("filters[labels][EQUALS][env]", "prod")) == (Filter("labels", Operation.EQUALS, "prod", "env"),)


def test_groups_nest_and_come_in_any_order():
    found = read(
        ("filters[or][1][state][EQUALS]", "FAILED"),
        ("filters[or][0][namespace][EQUALS]", "a"),
        ("filters[and][1][OR][0][labels][EQUALS][env]", "prod"),
    )
    inner = Group((Group((Group((Filter("labels", Operation.EQUALS, "prod", "env"),)),), is_any=True),))
    alternatives = Group(
        (Group((Filter("namespace", Operation.EQUALS, "a"),)), Group((Filter("state", Operation.EQUALS, "FAILED"),))),
        is_any=True,
    )
    assert found == (Group((inner,)), alternatives)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("filters[nope][EQUALS]", "Field nope is not supported for resource EXECUTION. Supported fields are q,"),
        ("filters[state][GREATER_THAN]", "Operation GREATER_THAN is not supported for field state"),
        ("filters[state]", "is no filter"),
        ("filters[or][0][or][0][or][0][or][0][state][EQUALS]", "3 deep"),
        ("filters[or][20][state][EQUALS]", "20 wide"),
    ],
)
def test_what_is_wrong_is_said(name, message):
    with pytest.raises(RequestError, match=message.replace("[", r"\[")) as caught:
        read((name, "x"))
    assert (caught.value.status, caught.value.slug) == (400, "invalid-query-filters")


def test_a_length_of_time_is_a_start_date():
    found = read(("filters[timeRange][EQUALS]", "PT24H"), default_days=8)
    assert found == (Filter("startDate", Operation.GREATER_THAN_OR_EQUAL_TO, NOW - DAY),)


def test_a_length_of_time_excludes_dates():
    with pytest.raises(InvalidError, match="timeRange"):
        read(("filters[timeRange][EQUALS]", "PT24H"), ("filters[startDate][LESS_THAN]", "2026-01-01T00:00:00Z"))


def test_without_a_date_only_the_last_days_count():
    assert read(default_days=8) == (Filter("startDate", Operation.GREATER_THAN_OR_EQUAL_TO, NOW - 8 * DAY),)
    dated = read(("filters[endDate][LESS_THAN]", "2026-01-01T00:00:00Z"), default_days=8)
    assert [one.field for one in dated] == ["endDate"]


def test_the_fields_depend_on_the_list():
    assert read(("filters[level][GREATER_THAN_OR_EQUAL_TO]", "WARN"), fields=LOG_FIELDS)
    with pytest.raises(RequestError):
        read(("filters[level][EQUALS]", "WARN"), fields=LOG_FIELDS)
    with pytest.raises(RequestError):
        read(("filters[level][GREATER_THAN_OR_EQUAL_TO]", "WARN"), fields=FLOW_FIELDS)


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01T00:00:01Z", 1_000_000),
        ("1970-01-01T01:00:01.5+01:00", 1_500_000),
        ("1970-01-01T01:00:01 01:00", 1_000_000),
        ("1970-01-02", DAY),
    ],
)
def test_dates_are_read(text, micros):
    assert read_instant(text, "x") == micros


def test_what_is_no_date_is_refused():
    with pytest.raises(RequestError, match="startDate must be a date"):
        read_instant("yesterday", "startDate")


def test_plain_parameters_that_repeat_take_any_of_their_values():
    query = [("state", "RUNNING"), ("q", "x"), ("state", "PAUSED,QUEUED"), ("page", "2"), ("namespace", "")]
    assert flat_filters(query, {"state": "IN", "q": "EQUALS", "namespace": "PREFIX"}) == [
        ("filters[q][EQUALS]", "x"),
        ("filters[state][IN]", "RUNNING,PAUSED,QUEUED"),
    ]


def test_a_pattern_that_cannot_be_read_is_refused():
    with pytest.raises(RequestError, match="is no regular expression for flowId"):
        read(("filters[flowId][REGEX]", "(("))


def test_a_span_is_about_the_dates_that_are_named():
    since = Filter("startDate", Operation.GREATER_THAN_OR_EQUAL_TO, NOW - DAY)
    until, named = Filter("endDate", Operation.LESS_THAN, NOW), Filter("flowId", Operation.EQUALS, "a")
    where = (since, Group((until,)), named)
    ended = (replace(since, field="endDate"), Group((until,)))
    begun = (since, Group((replace(until, field="startDate"),)))
    assert within_span(where, dates_of("END_DATE", EXECUTION_DATES)) == (named, *ended)
    either = within_span(where, dates_of("START_OR_END_DATE", EXECUTION_DATES))
    assert either == (named, Group((Group(begun), Group(ended)), is_any=True))
    assert within_span(where, dates_of(None, EXECUTION_DATES)) == where
    with pytest.raises(RequestError, match="dateFilter is one of NEXT_EXECUTION_DATE, LAST_TRIGGERED_DATE") as caught:
        dates_of("START_DATE", TRIGGER_DATES)
    assert caught.value.status == 422
