from __future__ import annotations

import pytest

from tiercel.cli.configuration import load_settings
from tiercel.errors import InvalidError
from tiercel.model.dialect import DialectSetting


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "tiercel.yaml"
        path.write_text(text)
        return path

    return write


def test_defaults_are_for_one_machine(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {})
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8080)
    assert settings.dialect is DialectSetting.AUTO


def test_the_environment_is_stronger_than_the_file(write):
    path = write("server: {port: 1, host: localhost}\n")
    settings = load_settings(path, {"TIERCEL_SERVER_PORT": "2", "TIERCEL_URL": "x", "OTHER": "y"})
    assert (settings.server.host, settings.server.port) == ("localhost", 2)


def test_options_are_strongest(write):
    settings = load_settings(write("server: {port: 1}\n"), {"TIERCEL_SERVER_PORT": "2"}, {"server.port": 3})
    assert settings.server.port == 3


def test_the_section_of_the_other_product_is_read(write):
    path = write(
        """
kestra:
  variables: {globals: {a: 1}, env-vars-prefix: X_, recursive-rendering: true}
  plugins: {defaults: [{type: t, values: {b: 2}}]}
  encryption: {secret-key: k}
  local-files: {allowed-paths: [/data]}
  repository: {type: postgres}
variables: {globals: {c: 3}}
"""
    )
    settings = load_settings(path, {})
    assert settings.variables.globals == {"a": 1, "c": 3}
    assert (settings.variables.environment_prefix, settings.variables.is_recursive) == ("X_", True)
    assert settings.plugins.defaults == ({"type": "t", "values": {"b": 2}},)
    assert settings.encryption.secret_key == "k"  # noqa: S105 (a test)
    assert settings.local_files.allowed_paths == ("/data",)


def test_an_unknown_key_is_refused_with_the_nearest(write):
    with pytest.raises(InvalidError, match="'prot' is no setting") as caught:
        load_settings(write("server: {prot: 1}\n"), {})
    assert "port" in str(caught.value)


def test_an_unknown_variable_is_refused_with_the_nearest():
    with pytest.raises(InvalidError, match="TIERCEL_SERVER_PROT: is no setting") as caught:
        load_settings(None, {"TIERCEL_SERVER_PROT": "1"})
    assert "TIERCEL_SERVER_PORT" in str(caught.value)


def test_a_value_of_the_wrong_kind_is_refused(write):
    with pytest.raises(InvalidError, match=r"server\.port"):
        load_settings(write("server: {port: many}\n"), {})


def test_lists_and_maps_in_variables_are_json():
    settings = load_settings(None, {"TIERCEL_SERVER_ALLOWED_HOSTS": '["a", "b"]'})
    assert settings.server.allowed_hosts == ("a", "b")


def test_a_file_that_is_no_yaml_is_refused(write):
    with pytest.raises(InvalidError):
        load_settings(write("a: [\n"), {})
