"""The small HTTP server that the unit cases of the HTTP tasks talk to."""

from __future__ import annotations

import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

HELLO = b'{ "hello": "world" }'


class _Answers(BaseHTTPRequestHandler):
    """Answers as the conformance README describes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer the fixed paths."""
        path = self.path.split("?")[0]
        if path in ("/hello", "/hello417"):
            self._answer(417 if path.endswith("417") else 200, HELLO, "application/json")
        elif path == "/204":
            self._answer(204, b"")
        elif path == "/500":
            self._answer(500, b"")
        elif path == "/content-disposition":
            self._answer(200, HELLO, "application/json", {"Content-Disposition": 'attachment; filename="filename.jpg"'})
        else:
            self._answer(404, b"not found")

    do_HEAD = do_GET  # noqa: N815 (the name the standard library calls)

    def do_POST(self) -> None:
        """Answer the two forms."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/post/simple":
            fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            text = f"{fields.get('hello')} > {self.headers.get('test')}"
        else:
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            message = BytesParser(policy=HTTP).parsebytes(head + body)
            parts = {part.get_param("name", header="content-disposition"): part for part in message.iter_parts()}
            contents = {name: part.get_payload(decode=True).decode() for name, part in parts.items()}
            text = f"{contents.get('hello')} > {contents.get('file')}"
        self._answer(200, text.encode(), "text/plain")

    def _answer(self, status: int, body: bytes, type_: str = "text/plain", more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        if body or status != 204:
            self.send_header("Content-Type", type_)
            self.send_header("Content-Length", str(len(body)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Web:
    """Serves while it is entered; ``url`` has no slash at the end."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
