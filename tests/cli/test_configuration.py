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
    assert settings.encryption.secret_key == "k"
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


def refusal(path, variables=None):
    with pytest.raises(InvalidError) as caught:
        load_settings(path, variables or {})
    return str(caught.value)


def test_a_variable_of_the_wrong_kind_is_named_with_its_value():
    assert refusal(None, {"TIERCEL_SERVER_PORT": "abc"}) == "TIERCEL_SERVER_PORT: must be a whole number, not 'abc'"


def test_the_choices_of_a_variable_are_listed():
    assert refusal(None, {"TIERCEL_DIALECT": "4"}) == "TIERCEL_DIALECT: must be one of auto, 1.3, 2.0, not '4'"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sever: {port: 1}", "sever: 'sever' is no setting (Did you mean server?)"),
        ("port: 1", "port: 'port' is no setting (Did you mean server.port?)"),
        ("zzz: 1", "zzz: 'zzz' is no setting"),
        ("retention: 3", "retention: must be a map of days; not 3"),
        ("server: {port: many}", "server.port: must be a whole number, not 'many'"),
        ("server: {allowed_hosts: a}", "server.allowed_hosts: must be a list, each entry text, not 'a'"),
        ("plugins: {defaults: [1]}", "plugins.defaults: must be a list, each entry a map, not [1]"),
        ("templates: {enabled: perhaps}", "templates.enabled: must be true or false, not 'perhaps'"),
        ("environment: {name: 1}", "environment.name: must be text, not 1 (Write it in quotes)"),
        ("encryption: {secret_key: [hush]}", "encryption.secret_key: must be text, not what was given"),
        ("variables: {globals: 1}", "variables.globals: must be a map, not 1"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(write, text, problem):
    path = write(text)
    assert refusal(path) == f"{path}: {problem}"


def test_a_group_that_is_no_map_is_told_before_variables_fill_it(write):
    message = refusal(write("server: 3"), {"TIERCEL_SERVER_PORT": "1"})
    assert "server: must be a map of host, port, url" in message


def test_all_that_is_wrong_is_told_at_once(write):
    assert refusal(write("a: 1\nserver: {port: x}")).count("\n") == 1
    assert refusal(None, {"TIERCEL_SERVER_PORT": "x", "TIERCEL_A": "1"}).count("\n") == 1


def test_a_wrong_value_of_the_other_products_section_names_it(write):
    path = write("kestra: {variables: {globals: 1}}")
    assert refusal(path) == f"{path}: kestra: variables.globals: must be a map, not 1"
