"""FTP over TLS against vsftpd, whose connections for data must go on with the session of the first one."""

from __future__ import annotations

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fs.conftest import Run
from fs.servers import free_port, missing, until_open
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost

VSFTPD = shutil.which("vsftpd") or "/usr/sbin/vsftpd"


@pytest.fixture(params=["EXPLICIT", "IMPLICIT"])
def login(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[dict[str, Any]]:
    if not Path(VSFTPD).exists() or shutil.which("openssl") is None:
        missing("needs vsftpd and openssl of Debian")
    port = free_port()
    subject = [
        "-subj",
        "/CN=localhost",
        "-days",
        "2",
        "-keyout",
        str(tmp_path / "pem"),
        "-out",
        str(tmp_path / "pem.crt"),
    ]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run(command, check=True, capture_output=True)
    settings = {
        "listen": "YES",
        "listen_address": "127.0.0.1",
        "listen_port": port,
        "background": "NO",
        "run_as_launching_user": "YES",
        "ftp_username": getpass.getuser(),
        "anonymous_enable": "YES",
        "no_anon_password": "YES",
        "anon_root": home,
        "allow_writeable_chroot": "YES",
        "write_enable": "YES",
        "anon_upload_enable": "YES",
        "anon_mkdir_write_enable": "YES",
        "anon_other_write_enable": "YES",
        "anon_umask": "022",
        "ssl_enable": "YES",
        "allow_anon_ssl": "YES",
        "force_anon_data_ssl": "YES",
        "force_anon_logins_ssl": "YES",
        "implicit_ssl": "YES" if request.param == "IMPLICIT" else "NO",
        "rsa_cert_file": tmp_path / "pem.crt",
        "rsa_private_key_file": tmp_path / "pem",
        "seccomp_sandbox": "NO",
        "vsftpd_log_file": tmp_path / "log",
    }
    (tmp_path / "conf").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    with subprocess.Popen([VSFTPD, str(tmp_path / "conf")]) as running:
        try:
            until_open(port, tmp_path / "log")
            yield {"host": "127.0.0.1", "port": str(port), "mode": request.param, "insecureTrustAllCertificates": True}
        finally:
            running.terminate()


def test_a_file_goes_there_and_back_encrypted(run: Run, host: MemoryHost, home: Path, login: dict[str, Any]) -> None:
    uri = host.put("a.bin", bytes(range(256)) * 2000)
    sent = run("ftps.Upload", **login, from_=uri, to="/a.bin")
    assert sent["to"] == "ftps://127.0.0.1/a.bin"
    assert (home / "a.bin").stat().st_size == 512_000
    listed = run("ftps.List", **login, from_="/")["files"]
    assert [(file["name"], file["size"]) for file in listed] == [("a.bin", 512_000)]
    back = run("ftps.Download", **login, from_="/a.bin")
    assert host.files[back["to"]] == host.files[uri]
    assert run("ftps.Delete", **login, uri="/a.bin")["deleted"] is True


def test_a_certificate_is_checked_unless_told(run: Run, login: dict[str, Any]) -> None:
    with pytest.raises(TaskError, match="certificate verify failed"):
        run("ftps.List", **{**login, "insecureTrustAllCertificates": False}, from_="/")
