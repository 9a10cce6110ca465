"""Tasks and triggers on PostgreSQL."""

from __future__ import annotations

from typing import ClassVar, Literal

from tiercel.plugins import RunContext
from tiercel.tasks.http.reach import check_host
from tiercel.tasks.sql.address import read_address
from tiercel.tasks.sql.batch import run_batch
from tiercel.tasks.sql.database import Database
from tiercel.tasks.sql.drivers.postgres import POSTGRES, Encryption, PostgresSession, connect
from tiercel.tasks.sql.properties import (
    DEPRECATED,
    BatchOutputs,
    BatchTask,
    Connected,
    QueriesOutputs,
    QueriesTask,
    QueryOutputs,
    QueryTask,
    QueryTrigger,
)
from tiercel.tasks.sql.querying import look, run_queries, run_query


class PostgresLogin(Connected):
    """How to connect to PostgreSQL.

    Attributes:
        ssl: Whether the connection must be encrypted.
        ssl_mode: What is checked; more precise than ``ssl``.
        ssl_root_cert: The certificate of who signs servers, in PEM.
        ssl_cert: The own certificate, in PEM.
        ssl_key: Its key, in PEM.
        ssl_key_password: The password of the key.
    """

    database: ClassVar[Database] = POSTGRES

    ssl: bool = False
    ssl_mode: Literal["DISABLE", "ALLOW", "PREFER", "REQUIRE", "VERIFY_CA", "VERIFY_FULL"] | None = None
    ssl_root_cert: str | None = None
    ssl_cert: str | None = None
    ssl_key: str | None = None
    ssl_key_password: str | None = None

    def connect(self, ctx: RunContext) -> PostgresSession:
        """Open a connection."""
        address = read_address(self.url, ("postgresql", "postgres"))
        for host, port in address.hosts:
            check_host(ctx, host, port)
        return connect(ctx, address, self.username, self.password, self._encryption())

    def _encryption(self) -> Encryption:
        mode = self.ssl_mode.lower().replace("_", "-") if self.ssl_mode else None
        if mode is None and self.ssl:
            mode = "verify-ca" if self.ssl_root_cert else "require"
        return Encryption(
            mode=mode,
            root_certificate=self.ssl_root_cert,
            certificate=self.ssl_cert,
            key=self.ssl_key,
            key_password=self.ssl_key_password,
        )


class Query(
    PostgresLogin,
    QueryTask,
    type="io.kestra.plugin.jdbc.postgresql.Query",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.postgresql.Query
url: jdbc:postgresql://db.example.com:5432/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
sql: SELECT id, total FROM orders WHERE customer = :customer
parameters:
  customer: "{{ inputs.customer }}"
fetchType: FETCH
""",
):
    """Runs one statement in PostgreSQL."""

    def run(self, ctx: RunContext) -> QueryOutputs:
        """Run it."""
        return run_query(ctx, self)


class Queries(
    PostgresLogin,
    QueriesTask,
    type="io.kestra.plugin.jdbc.postgresql.Queries",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.jdbc.postgresql.Queries
url: jdbc:postgresql://db.example.com:5432/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
fetchType: FETCH_ONE
sql: |
  DELETE FROM orders WHERE customer IS NULL;
  SELECT count(*) AS count FROM orders;
""",
):
    """Runs several statements in PostgreSQL, one after another."""

    def run(self, ctx: RunContext) -> QueriesOutputs:
        """Run them."""
        return run_queries(ctx, self)


class Batch(
    PostgresLogin,
    BatchTask,
    type="io.kestra.plugin.jdbc.postgresql.Batch",
    example="""
type: io.kestra.plugin.jdbc.postgresql.Batch
url: jdbc:postgresql://db.example.com:5432/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
from: "{{ outputs.query.uri }}"
table: orders
columns: [id, total]
""",
):
    """Writes the rows of a file into PostgreSQL."""

    def run(self, ctx: RunContext) -> BatchOutputs:
        """Write them."""
        return run_batch(ctx, self)


class Trigger(
    PostgresLogin,
    QueryTrigger,
    type="io.kestra.plugin.jdbc.postgresql.Trigger",
    deprecated_properties=DEPRECATED,
    outputs=QueryOutputs,
    example="""
type: io.kestra.plugin.jdbc.postgresql.Trigger
url: jdbc:postgresql://db.example.com:5432/shop
username: "{{ secret('DB_USER') }}"
password: "{{ secret('DB_PASSWORD') }}"
interval: PT5M
sql: SELECT id FROM orders WHERE is_new
afterSQL: UPDATE orders SET is_new = false
""",
):
    """Starts an execution when a statement finds rows in PostgreSQL."""

    def evaluate(self, ctx: RunContext) -> QueryOutputs | None:
        """Run it."""
        return look(ctx, self)
