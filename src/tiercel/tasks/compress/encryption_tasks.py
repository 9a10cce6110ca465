"""Tasks that encrypt and decrypt files."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from tiercel.plugins import RunContext, Task
from tiercel.tasks.compress.encryption import Costs, Derivation, decrypt, encrypt
from tiercel.tasks.storage.uris import UriOutputs

_ITERATIONS = 600_000


class FileEncrypt(
    Task,
    type="io.kestra.plugin.compress.FileEncrypt",
    example="""
type: io.kestra.plugin.compress.FileEncrypt
from: "{{ outputs.query.uri }}"
password: "{{ secret('FILE_PASSWORD') }}"
""",
):
    """Encrypts a file with AES-256.

    Attributes:
        from_: URI of the file.
        password: What the key is made of.
        key_derivation: How: PBKDF2_SHA256 gives a file for ``openssl enc -aes-256-cbc -pbkdf2``; the others give one
            that is refused when it was changed.
        iterations: Of PBKDF2.
        argon2_time_cost: Passes of Argon2id.
        memory: Of Argon2id, in KiB; N of Scrypt.
        parallelism: Lanes of Argon2id; p of Scrypt.
    """

    from_: str = Field(alias="from")
    password: str
    key_derivation: Derivation = "PBKDF2_SHA256"
    iterations: int = _ITERATIONS
    argon2_time_cost: int = Field(default=3, alias="argon2TimeCost")
    memory: int = 65_536
    parallelism: int = 1

    def run(self, ctx: RunContext) -> UriOutputs:
        """Store it as it is encrypted."""
        iterations = self.argon2_time_cost if self.key_derivation == "ARGON2ID" else self.iterations
        costs = Costs(iterations, self.memory, self.parallelism)
        pieces = encrypt(ctx.files.open(self.from_), self.password, self.key_derivation, costs)
        return UriOutputs(uri=ctx.files.write(ctx.files.new_name(".enc"), pieces))


class FileDecrypt(
    Task,
    type="io.kestra.plugin.compress.FileDecrypt",
    example="""
type: io.kestra.plugin.compress.FileDecrypt
from: "{{ outputs.download.uri }}"
password: "{{ secret('FILE_PASSWORD') }}"
""",
):
    """Decrypts a file that FileEncrypt or OpenSSL encrypted.

    Attributes:
        from_: URI of the file.
        password: What the key is made of.
        iterations: Of PBKDF2, for files in the form of OpenSSL, which do not say.
    """

    from_: str = Field(alias="from")
    password: str
    iterations: int = _ITERATIONS

    def run(self, ctx: RunContext) -> UriOutputs:
        """Decrypt it beside, and store it once it is known to be whole."""
        directory = Path(ctx.temporary_dir)
        path, plain = directory / ctx.files.new_name(), directory / ctx.files.new_name()
        ctx.files.download(self.from_, path)
        with plain.open("wb") as target:
            decrypt(path, target, self.password, self.iterations)
        uri = ctx.files.write(ctx.files.new_name(), plain)
        path.unlink()
        plain.unlink()
        return UriOutputs(uri=uri)
