"""The servers of the tests of the API, for attacks on them."""

from __future__ import annotations

from api.conftest import client, guarded, open_server, password_hash, quick_passwords, save, start

__all__ = ("client", "guarded", "open_server", "password_hash", "quick_passwords", "save", "start")
