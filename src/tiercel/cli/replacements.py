"""What to use in place of types that are not here, by the beginning of their names: the first that fits holds.

Facts about the field, not about this installation: `tiercel.cli.doctor` names a replacement only if it is installed.
"""

from __future__ import annotations

from typing import NamedTuple

PYTHON = "io.kestra.plugin.scripts.python.Script"
SHELL = "io.kestra.plugin.scripts.shell.Commands"
REQUEST = "io.kestra.plugin.core.http.Request"


class Replacement(NamedTuple):
    """A type to use instead, and how."""

    prefix: str
    type: str
    advice: str


REPLACEMENTS = (
    Replacement("io.kestra.plugin.jdbc.", PYTHON, "connect with the driver of the database, named in `dependencies`"),
    Replacement("io.kestra.plugin.dbt.", SHELL, "run the dbt command line"),
    Replacement("io.kestra.plugin.terraform.", SHELL, "run the terraform command line"),
    Replacement("io.kestra.plugin.ansible.", SHELL, "run ansible-playbook"),
    Replacement("io.kestra.plugin.sqlmesh.", SHELL, "run the sqlmesh command line"),
    Replacement("io.kestra.plugin.dlt.", PYTHON, "name dlt in `dependencies`"),
    Replacement("io.kestra.plugin.minio.", "io.kestra.plugin.aws.s3.Upload", "set `endpointOverride` to the address"),
    Replacement("io.kestra.plugin.aws.", PYTHON, "name boto3 in `dependencies`"),
    Replacement("io.kestra.plugin.gcp.", PYTHON, "name the client of the product in `dependencies`"),
    Replacement("io.kestra.plugin.azure.", PYTHON, "name the client of the product in `dependencies`"),
    Replacement("io.kestra.plugin.kafka.", PYTHON, "name confluent-kafka in `dependencies`"),
    Replacement("io.kestra.plugin.amqp.", PYTHON, "name pika in `dependencies`"),
    Replacement("io.kestra.plugin.mqtt.", PYTHON, "name paho-mqtt in `dependencies`"),
    Replacement("io.kestra.plugin.nats.", PYTHON, "name nats-py in `dependencies`"),
    Replacement("io.kestra.plugin.mongodb.", PYTHON, "name pymongo in `dependencies`"),
    Replacement("io.kestra.plugin.elasticsearch.", REQUEST, "call the REST interface of the cluster"),
    Replacement("io.kestra.plugin.kubernetes.", SHELL, "run kubectl"),
    Replacement("io.kestra.plugin.scripts.", SHELL, "call the interpreter"),
    Replacement("io.kestra.plugin.core.", "", ""),
    Replacement("io.kestra.plugin.", REQUEST, "call the REST interface of the product"),
)
