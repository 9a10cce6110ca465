"""Tasks and triggers on MariaDB."""

from __future__ import annotations

from typing import ClassVar

from tiercel.plugins import RunContext
from tiercel.tasks.sql.database import Database
from tiercel.tasks.sql.drivers.mysql import MARIADB
from tiercel.tasks.sql.mysql_family import MysqlFile, MysqlLogin
from tiercel.tasks.sql.properties import (
    DEPRECATED,
    QueriesOutputs,
    QueriesTask,
    QueryOutputs,
    QueryTask,
    QueryTrigger,
)
from tiercel.tasks.sql.querying import look, run_queries, run_query


class Query(
    MysqlFile,
    QueryTask,
    type="io.kestra.plugin.jdbc.mariadb.Query",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.mariadb.Query
url: jdbc:mariadb://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
sql: SELECT id, total FROM orders WHERE customer = :customer
parameters:
  customer: "{{ inputs.customer }}"
fetchType: FETCH
""",
):
    """Runs one statement in MariaDB."""

    database: ClassVar[Database] = MARIADB

    def run(self, ctx: RunContext) -> QueryOutputs:
        """Run it."""
        return run_query(ctx, self)


class Queries(
    MysqlFile,
    QueriesTask,
    type="io.kestra.plugin.jdbc.mariadb.Queries",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.mariadb.Queries
url: jdbc:mariadb://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
fetchType: FETCH_ONE
sql: |
  DELETE FROM orders WHERE customer IS NULL;
  SELECT count(*) AS count FROM orders;
""",
):
    """Runs several statements in MariaDB, one after another."""

    database: ClassVar[Database] = MARIADB

    def run(self, ctx: RunContext) -> QueriesOutputs:
        """Run them."""
        return run_queries(ctx, self)


class Trigger(
    MysqlLogin,
    QueryTrigger,
    type="io.kestra.plugin.jdbc.mariadb.Trigger",
    deprecated_properties=DEPRECATED,
    outputs=QueryOutputs,
    example="""
type: io.kestra.plugin.jdbc.mariadb.Trigger
url: jdbc:mariadb://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
interval: PT5M
sql: SELECT id FROM orders WHERE is_new
afterSQL: UPDATE orders SET is_new = false
""",
):
    """Starts an execution when a statement finds rows in MariaDB."""

    database: ClassVar[Database] = MARIADB

    def evaluate(self, ctx: RunContext) -> QueryOutputs | None:
        """Run it."""
        return look(ctx, self)
