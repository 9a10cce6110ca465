"""E-mail."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formatdate, getaddresses, make_msgid
from html import escape
from mimetypes import guess_type
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import Json, RunContext, Task, TaskError
from tiercel.tasks.http.reach import check_host
from tiercel.tasks.notifications.execution import Told, describe

_PORTS = {"SMTP": 25, "SMTPS": 465, "SMTP_TLS": 587, "SMTP_OAUTH2": 587}
_MOST_BYTES = 50 * 1024 * 1024


class MailTask(Task):
    """A task that sends an e-mail.

    Attributes:
        host: Of the server.
        port: Of the server; that of the way of encryption when nothing is said.
        username: To log in there, if so.
        password: To log in there; for SMTP_OAUTH2 the token.
        transport_strategy: SMTPS is encrypted from the start, SMTP_TLS once connected, SMTP not at all.
        session_timeout: How long to wait for the server, in milliseconds.
        trusted_hosts: Servers whose certificate is not checked; ``*`` for all.
        verify_server_identity: Whether the certificate must be of that server.
        from_: Whom it is from.
        to: Whom it is for, several parted by commas or semicolons.
        cc: Who gets it too.
        plain_text_content: The text for programs that show no HTML.
        attachments: Files: maps of ``name``, ``uri`` and ``contentType``.
        embedded_images: Pictures that the HTML names as ``cid:`` and their name: maps as for attachments.
    """

    host: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = None
    transport_strategy: Literal["SMTP", "SMTPS", "SMTP_TLS", "SMTP_OAUTH2"] = "SMTPS"
    session_timeout: Annotated[int, Field(ge=1)] = 10_000
    trusted_hosts: list[str] | None = None
    verify_server_identity: bool = True
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    cc: str | None = None
    subject: str | None = None
    plain_text_content: str | None = None
    attachments: list[dict[str, str]] | str | None = None
    embedded_images: list[dict[str, str]] | str | None = None

    def send(self, ctx: RunContext, html: str | None, text: str | None, subject: str | None) -> None:
        """Send it to all it is for.

        Raises:
            TaskError: Something is missing, or the server refuses it.
        """
        if not self.host or not self.from_ or not self.to:
            raise TaskError("An e-mail needs `host`, `from` and `to`")
        message = self._message(ctx, html, text, subject)
        port = self.port or _PORTS[self.transport_strategy]
        check_host(ctx, self.host, port)
        receivers = [
            address for _, address in getaddresses([self.to.replace(";", ","), (self.cc or "").replace(";", ",")])
        ]
        try:
            with self._connected(self.host, port) as server:
                self._log_in(server)
                refused = server.send_message(message, to_addrs=[one for one in receivers if one])
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise TaskError(f"The e-mail was not sent by {self.host}:{port}: {error}") from None
        if refused:
            raise TaskError(f"The e-mail was not sent to all: {', '.join(refused)} was refused")

    def _connected(self, host: str, port: int) -> smtplib.SMTP:
        timeout = self.session_timeout / 1000
        if self.transport_strategy == "SMTPS":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=self._encryption())
        server = smtplib.SMTP(host, port, timeout=timeout)
        if self.transport_strategy != "SMTP":
            try:
                server.starttls(context=self._encryption())
            except BaseException:
                server.close()
                raise
        return server

    def _encryption(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        trusted = self.trusted_hosts or ()
        if "*" in trusted or self.host in trusted:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        elif not self.verify_server_identity:
            context.check_hostname = False
        return context

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.username is None:
            return
        if self.transport_strategy == "SMTP_OAUTH2":
            answer = f"user={self.username}\x01auth=Bearer {self.password or ''}\x01\x01"
            server.ehlo_or_helo_if_needed()
            server.auth("XOAUTH2", lambda _=None: answer)
        else:
            server.login(self.username, self.password or "")

    def _message(self, ctx: RunContext, html: str | None, text: str | None, subject: str | None) -> EmailMessage:
        message = EmailMessage()
        try:
            message["From"], message["To"] = self.from_, str(self.to).replace(";", ",")
            if self.cc:
                message["Cc"] = self.cc.replace(";", ",")
            message["Subject"] = subject or ""
        except ValueError as error:
            raise TaskError(f"A head of the e-mail cannot be written: {error}") from None
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="tiercel")
        message.set_content(text or "")
        if html is not None:
            message.add_alternative(html, subtype="html")
            for image in _parts(self.embedded_images, "embeddedImages"):
                content, main, sub = self._content(ctx, image)
                part: Any = message.get_payload()[-1]  # type: ignore[index]  # the alternative just added
                part.add_related(content, main, sub, cid=f"<{image.get('name', '')}>")
        for file in _parts(self.attachments, "attachments"):
            content, main, sub = self._content(ctx, file)
            message.add_attachment(content, main, sub, filename=file.get("name") or "file")
        return message

    def _content(self, ctx: RunContext, file: dict[str, str]) -> tuple[bytes, str, str]:
        uri = str(file.get("uri") or "")
        if not uri or ctx.files.size(uri) > _MOST_BYTES:
            raise TaskError(f"An attachment needs `uri`, of a file of at most {_MOST_BYTES} bytes")
        kind = file.get("contentType") or guess_type(file.get("name") or uri)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        return ctx.files.read(uri), main, sub or "octet-stream"


class MailSend(
    MailTask,
    type="io.kestra.plugin.email.MailSend",
    aliases=("io.kestra.plugin.notifications.mail.MailSend",),
    example="""
type: io.kestra.plugin.email.MailSend
host: smtp.example.com
port: 465
username: "{{ secret('MAIL_USER') }}"
password: "{{ secret('MAIL_PASSWORD') }}"
from: flows@example.com
to: team@example.com
subject: Orders are in
htmlTextContent: "<p>{{ outputs.count.value }} of them.</p>"
attachments:
  - name: orders.csv
    uri: "{{ outputs.to_csv.uri }}"
    contentType: text/csv
""",
):
    """Sends an e-mail.

    Attributes:
        subject: The subject.
        html_text_content: The text, in HTML.
    """

    html_text_content: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.html_text_content, self.plain_text_content, self.subject)


class MailExecution(
    MailTask,
    type="io.kestra.plugin.email.MailExecution",
    aliases=("io.kestra.plugin.notifications.mail.MailExecution",),
    example="""
type: io.kestra.plugin.email.MailExecution
host: smtp.example.com
username: "{{ secret('MAIL_USER') }}"
password: "{{ secret('MAIL_PASSWORD') }}"
from: flows@example.com
to: team@example.com
executionId: "{{ trigger.executionId }}"
""",
):
    """Tells of an execution by e-mail; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        execution_id: Of the execution; the own one when nothing is said.
        custom_message: A text to add.
        custom_fields: Names and values to add.
        template_render_map: Further names and values to add.
        subject: The subject; it names the flow and its state when nothing is said.
    """

    execution_id: str = "{{ execution.id }}"
    custom_message: str | None = None
    custom_fields: dict[str, Json] | None = None
    template_render_map: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = describe(ctx, self.execution_id, self.custom_message, self.custom_fields, self.template_render_map)
        links = [told.link] if told.link else []
        text = self.plain_text_content or "\n".join([*told.lines(), *links])
        self.send(ctx, _page(told), text, self.subject or told.title)


def _page(told: Told) -> str:
    """Write what is told as HTML; nothing in it is taken for such."""
    rows = "".join(
        f"<tr><th align='left'>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in told.facts.items()
    )
    text = f"<p>{escape(told.text)}</p>" if told.text else ""
    link = f"<p><a href='{escape(told.link)}'>Show the execution</a></p>" if told.link else ""
    return f"<h2 style='color:#{told.color}'>{escape(told.title)}</h2>{text}<table>{rows}</table>{link}"


def _parts(given: list[dict[str, str]] | str | None, name: str) -> Iterable[dict[str, str]]:
    if isinstance(given, str):
        try:
            given = json.loads(given) if given.strip() else []
        except ValueError:
            given = None
        if not isinstance(given, list):
            raise TaskError(f"{name} is no JSON list of maps with name, uri and contentType")
    return given or []
