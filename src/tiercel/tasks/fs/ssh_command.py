"""Commands on another machine, over SSH."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.fs.remote.sftp import Loop, SshLogin, connect, explained
from tiercel.tasks.scripts.output import Output

if TYPE_CHECKING:
    from asyncssh import SSHReader

_CHUNK_BYTES = 64 * 1024


class CommandOutputs(Outputs):
    """What a Command gives back.

    Attributes:
        exit_code: How the commands ended; a task whose commands do not end with 0 fails.
        vars: What the commands themselves named as outputs, as scripts do.
    """

    exit_code: int = 0
    vars: dict[str, Json] = Field(default_factory=dict)


class Command(
    Task,
    type="io.kestra.plugin.fs.ssh.Command",
    deprecated_properties=("openSSHConfigDir", "warningOnStdErr"),
    example="""
type: io.kestra.plugin.fs.ssh.Command
host: build.example.com
username: "{{ secret('BUILD_USER') }}"
authMethod: PUBLIC_KEY
privateKey: "{{ secret('BUILD_KEY') }}"
commands:
  - uptime
""",
):
    """Runs commands on another machine.

    Attributes:
        host: The machine.
        port: Its port.
        username: To log in.
        auth_method: How to log in: with a password or a key.
        password: The password.
        private_key: The key, as text.
        private_key_passphrase: Of the key.
        commands: The commands, one script for the shell of the user there.
        env: Variables; the server there decides which it takes.
        strict_host_key_checking: ``yes`` takes only machines whose keys the server knows; ``no`` and ``ask`` take any.
        enable_ssh_rsa1: Take signatures with SHA-1, which are no longer safe.
        proxy_command: Refused: it would run on the server.
        open_ssh_config_path: Refused, as ``authMethod: OPEN_SSH`` is: it would read files of the server.
        open_ssh_config_dir: Has no effect.
        warning_on_std_err: Has no effect.
    """

    host: str
    port: int = 22
    username: str | None = None
    auth_method: Literal["PASSWORD", "PUBLIC_KEY", "OPEN_SSH"] = "PASSWORD"
    password: str | None = None
    private_key: str | None = None
    private_key_passphrase: str | None = None
    commands: Annotated[list[str], Field(min_length=1)]
    env: dict[str, str] | None = None
    strict_host_key_checking: str = "no"
    enable_ssh_rsa1: bool = False
    proxy_command: str | None = None
    open_ssh_config_path: str | None = Field(None, alias="openSSHConfigPath")
    open_ssh_config_dir: str | None = Field("~/.ssh/config", alias="openSSHConfigDir")
    warning_on_std_err: bool | None = None

    def run(self, ctx: RunContext) -> CommandOutputs:
        """Run them, and log what they write as it comes."""
        login = self._login()
        asyncssh = library("asyncssh", "sftp")
        output, loop = Output(ctx), Loop(ctx)
        try:
            code, signal = loop.run(self._run(ctx, login, output))
        except (asyncssh.Error, OSError) as error:
            raise explained(error, login) from error
        finally:
            loop.close()
            output.finish()
        variables = output.variables()
        if code != 0:
            how = f"ended by the signal {signal}" if signal else f"ended with {code}"
            raise TaskError(f"SSH command {how}", outputs={"exitCode": code, "vars": variables})
        return CommandOutputs(exit_code=code, vars=variables)

    async def _run(self, ctx: RunContext, login: SshLogin, output: Output) -> tuple[int, str | None]:
        connection = await connect(ctx, login)
        try:
            process = await connection.create_process(
                "\n".join(self.commands), env=self.env or {}, encoding=None, stdin=library("asyncssh", "sftp").DEVNULL
            )
            await asyncio.gather(
                _copy(process.stdout, output, is_error=False), _copy(process.stderr, output, is_error=True)
            )
            done = await process.wait()
        finally:
            connection.abort()
        signal = done.exit_signal[0] if done.exit_signal else None
        return (done.exit_status if done.exit_status is not None else -1), signal

    def _login(self) -> SshLogin:
        if self.auth_method == "OPEN_SSH" or self.open_ssh_config_path is not None or self.proxy_command is not None:
            raise TaskError("Files and programs of the server are not used: give `username`, and a password or key")
        is_by_key = self.auth_method == "PUBLIC_KEY"
        if not (self.private_key if is_by_key else self.password):
            raise TaskError(f"authMethod {self.auth_method} needs `{'privateKey' if is_by_key else 'password'}`")
        return SshLogin(
            host=self.host,
            port=self.port,
            username=self.username,
            password=None if is_by_key else self.password,
            key=self.private_key if is_by_key else None,
            passphrase=self.private_key_passphrase,
            is_known_only=self.strict_host_key_checking.lower() in {"yes", "true"},
            takes_rsa1=self.enable_ssh_rsa1,
        )


async def _copy(stream: SSHReader[bytes], output: Output, *, is_error: bool) -> None:
    while piece := await stream.read(_CHUNK_BYTES):
        output.write(piece, is_error)
