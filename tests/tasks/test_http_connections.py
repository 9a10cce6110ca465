"""How connections of HTTP are made: through proxies, with certificates, within limits of time."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tasks.conftest import Run
from tasks.web_server import WebServer
from tiercel.plugins import TaskError


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    path = folder / "server.pem"
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(encoding, form, serialization.NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(encoding)
    )
    return path


@contextmanager
def answering_over_tls(pem: Path) -> Iterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plain, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            plain.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("spelling", ["new", "old"])
def test_a_proxy_is_gone_through(run: Run, server: WebServer, spelling: str) -> None:
    host, port = "127.0.0.1", int(server.url.rpartition(":")[2])
    if spelling == "new":
        options: dict[str, object] = {
            "proxy": {"type": "HTTP", "address": host, "port": port, "username": "u", "password": "p"}
        }
    else:
        options = {
            "proxyType": "HTTP",
            "proxyAddress": host,
            "proxyPort": port,
            "proxyUsername": "u",
            "proxyPassword": "p",
        }
    assert run("http.Request", uri="http://far.example.com/x?y=1", options=options)["code"] == 200
    assert server.requests[0]["path"] == "http://far.example.com/x?y=1"
    assert server.requests[0]["headers"]["Proxy-Authorization"] == "Basic dTpw"


def test_a_proxy_needs_an_address(run: Run) -> None:
    with pytest.raises(TaskError, match=r"A proxy needs"):
        run("http.Request", uri="http://far.example.com", options={"proxy": {"type": "HTTP"}})


def test_who_answers_is_checked_unless_told(run: Run, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    with answering_over_tls(pem) as port, pytest.raises(TaskError, match=r"(?i)certificate verify failed"):
        run("http.Request", uri=f"https://127.0.0.1:{port}/")
    for place in (
        {"options": {"ssl": {"insecureTrustAllCertificates": True}}},
        {"sslOptions": {"insecureTrustAllCertificates": True}},
    ):
        with answering_over_tls(pem) as port:
            assert run("http.Request", uri=f"https://127.0.0.1:{port}/", **place)["body"] == "ok"


@pytest.mark.parametrize("options", [{"timeout": {"readIdleTimeout": "PT0.2S"}}, {"readTimeout": "PT0.2S"}])
def test_a_server_that_says_nothing_is_given_up(run: Run, options: dict[str, object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(TaskError, match="timed out"):
            run("http.Request", uri=f"http://127.0.0.1:{port}/", options=options)
