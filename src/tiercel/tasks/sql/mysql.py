"""Tasks and triggers on MySQL."""

from __future__ import annotations

from typing import ClassVar

from tiercel.plugins import RunContext
from tiercel.tasks.sql.batch import run_batch
from tiercel.tasks.sql.database import Database
from tiercel.tasks.sql.drivers.mysql import MYSQL
from tiercel.tasks.sql.mysql_family import MysqlFile, MysqlLogin
from tiercel.tasks.sql.properties import (
    DEPRECATED,
    BatchOutputs,
    BatchTask,
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
    type="io.kestra.plugin.jdbc.mysql.Query",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.mysql.Query
url: jdbc:mysql://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
sql: SELECT id, total FROM orders WHERE customer = :customer
parameters:
  customer: "{{ inputs.customer }}"
fetchType: FETCH
""",
):
    """Runs one statement in MySQL."""

    database: ClassVar[Database] = MYSQL

    def run(self, ctx: RunContext) -> QueryOutputs:
        """Run it."""
        return run_query(ctx, self)


class Queries(
    MysqlFile,
    QueriesTask,
    type="io.kestra.plugin.jdbc.mysql.Queries",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.mysql.Queries
url: jdbc:mysql://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
fetchType: FETCH_ONE
sql: |
  DELETE FROM orders WHERE customer IS NULL;
  SELECT count(*) AS count FROM orders;
""",
):
    """Runs several statements in MySQL, one after another."""

    database: ClassVar[Database] = MYSQL

    def run(self, ctx: RunContext) -> QueriesOutputs:
        """Run them."""
        return run_queries(ctx, self)


class Batch(
    MysqlLogin,
    BatchTask,
    type="io.kestra.plugin.jdbc.mysql.Batch",
    example="""
type: io.kestra.plugin.jdbc.mysql.Batch
url: jdbc:mysql://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
from: "{{ outputs.query.uri }}"
table: orders
columns: [id, total]
""",
):
    """Writes the rows of a file into MySQL."""

    database: ClassVar[Database] = MYSQL

    def run(self, ctx: RunContext) -> BatchOutputs:
        """Write them."""
        return run_batch(ctx, self)


class Trigger(
    MysqlLogin,
    QueryTrigger,
    type="io.kestra.plugin.jdbc.mysql.Trigger",
    deprecated_properties=DEPRECATED,
    outputs=QueryOutputs,
    example="""
type: io.kestra.plugin.jdbc.mysql.Trigger
url: jdbc:mysql://db.example.com:3306/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
interval: PT5M
sql: SELECT id FROM orders WHERE is_new
afterSQL: UPDATE orders SET is_new = false
""",
):
    """Starts an execution when a statement finds rows in MySQL."""

    database: ClassVar[Database] = MYSQL

    def evaluate(self, ctx: RunContext) -> QueryOutputs | None:
        """Run it."""
        return look(ctx, self)
