"""What a password is stored as, at the full price: the tests of the API pay less for theirs."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from tiercel.operations.passwords import hash_password, is_outdated, verify_password

PASSWORD = "Correct-Horse-1"


@pytest.fixture(scope="module")
def digest() -> str:
    return hash_password(PASSWORD)


def test_a_digest_costs_what_rfc_9106_advises(digest: str) -> None:
    used = extract_parameters(digest)
    assert used.type is Type.ID
    assert (used.time_cost, used.memory_cost, used.parallelism) == (3, 64 * 1024, 4)
    assert (used.salt_len, used.hash_len) == (16, 32)


def test_it_is_of_one_password_and_of_one_call(digest: str) -> None:
    assert verify_password(digest, PASSWORD)
    assert not verify_password(digest, PASSWORD.lower())
    assert PASSWORD not in digest
    assert hash_password(PASSWORD) != digest


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$v=19$m=8,t=1,p=1$c29tZXRoaW5n$broken"])
def test_what_is_no_digest_lets_nobody_in(stored: str | None) -> None:
    assert not verify_password(stored, "the password of nobody")


def test_a_digest_of_another_price_is_outdated(digest: str) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    assert verify_password(cheap, PASSWORD)
    assert (is_outdated(cheap), is_outdated(digest)) == (True, False)
