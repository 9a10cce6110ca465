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


_FILES = "io.kestra.plugin.fs.local."

PRECISE = (
    Replacement("io.kestra.plugin.git.PushDashboards", SHELL, "export them and run git"),
    Replacement("io.kestra.plugin.git.SyncDashboards", SHELL, "run git and `tiercel dashboard`"),
    Replacement("io.kestra.plugin.git.PushExecutionFiles", SHELL, "name the files in `inputFiles` and run git"),
    Replacement("io.kestra.plugin.git.Push", "io.kestra.plugin.git.PushNamespaceFiles", "and PushFlows for flows"),
    Replacement("io.kestra.plugin.fs.smb.", PYTHON, "name smbprotocol in `dependencies`"),
    Replacement("io.kestra.plugin.fs.nfs.Trigger", f"{_FILES}Trigger", "with the share mounted beside the server"),
    Replacement("io.kestra.plugin.fs.nfs.", f"{_FILES}List", "with the share mounted beside the server"),
    *(
        Replacement(f"io.kestra.plugin.redis.{name}.", PYTHON, "name redis in `dependencies`")
        for name in ("cli", "json", "vector")
    ),
    *(
        Replacement(f"io.kestra.plugin.docker.{name}", SHELL, "run the docker command line")
        for name in ("cli.Compose", "cli.Prune", "cli.Rm", "cli.Stop", "model.")
    ),
    Replacement("io.kestra.plugin.crypto.openpgp.", SHELL, "run gpg"),
    Replacement("io.kestra.plugin.aws.cli.", SHELL, "run the aws command line"),
    Replacement("io.kestra.plugin.email.MailReceivedTrigger", f"{PYTHON}Trigger", "use the module imaplib"),
    Replacement("io.kestra.plugin.email.RealTimeTrigger", f"{PYTHON}Trigger", "use the module imaplib"),
    Replacement("io.kestra.plugin.notifications.mail.", f"{PYTHON}Trigger", "use the module imaplib"),
)
"""Beside types that are here, where a name that is spelt alike would mislead."""

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
