"""``tiercel run`` as a user runs it: a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

ECHO = """\
id: echo
namespace: dev
inputs:
  - {id: name, type: STRING}
  - {id: file, type: FILE, required: false}
tasks:
  - {id: log, type: io.kestra.plugin.core.log.Log, message: "hello {{ inputs.name }}"}
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.file is defined ? 'x' : 'y' }}"}
outputs:
  - {id: said, type: STRING, value: "{{ inputs.name }}"}
"""
FAIL = """\
id: fail
namespace: dev
tasks:
  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: no luck}
"""
PARENT = """\
id: parent
namespace: dev
tasks:
  - id: sub
    type: io.kestra.plugin.core.flow.Subflow
    namespace: dev
    flowId: echo
    inputs: {name: child}
outputs:
  - {id: got, type: STRING, value: "{{ outputs.sub.outputs.said }}"}
"""
NAP = """\
id: nap
namespace: dev
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1M}
"""
PAUSE = """\
id: pause
namespace: dev
tasks:
  - {id: wait, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT0.1S}
"""


@pytest.fixture
def run(tmp_path):
    def run(*arguments, **environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TIERCEL_")}
        return subprocess.run(
            [sys.executable, "-c", "from tiercel.cli.main import main; main()", "run", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
            env=clean | environment,
        )

    return run


@pytest.fixture
def write(tmp_path):
    def write(text, name="flow.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_file_is_run_and_its_outputs_printed(run, write):
    done = run(write(ECHO), "--input", "name=Ana")
    assert done.returncode == 0, done.stderr
    assert "INFO  log: hello Ana" in done.stdout
    assert "SUCCESS   dev.echo" in done.stdout
    assert '"said": "Ana"' in done.stdout


def test_scripts_read_json(run, write):
    done = run(write(ECHO), "-i", "name=Ana", "--json")
    report = json.loads(done.stdout)
    assert (report["state"], report["outputs"]) == ("SUCCESS", {"said": "Ana"})
    assert [(one["taskId"], one["state"]) for one in report["taskRuns"]] == [("log", "SUCCESS"), ("say", "SUCCESS")]
    assert report["logs"][0] == {"level": "INFO", "taskId": "log", "message": "hello Ana"}


def test_a_failure_ends_with_1(run, write):
    done = run(write(FAIL))
    assert done.returncode == 1
    assert "no luck" in done.stdout
    assert "FAILED" in done.stdout


def test_what_is_wrong_ends_with_2_and_its_place(run, write):
    path = write(ECHO.replace("message:", "mesage:"))
    done = run(path, "-i", "name=Ana")
    assert done.returncode == 2
    assert f"{path}:7:" in done.stderr
    assert "Traceback" not in done.stderr
    missing = run(write(ECHO))
    assert (missing.returncode, "`name`" in missing.stderr) == (2, True)
    assert "on the command line with --input name=value" in missing.stderr
    assert run(write(ECHO), "-i", "name").returncode == 2


def test_a_file_is_an_input(run, write):
    write("content", "data.txt")
    done = run(write(ECHO), "-i", "name=Ana", "-i", "file=@data.txt", "--json")
    assert json.loads(done.stdout)["inputs"]["file"].endswith("/data.txt")
    done = run(write(ECHO), "-i", "name=Ana", "-i", "file=@nope.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--input: the file 'nope.txt' for file cannot be read: No such file or directory (After @ " in done.stderr


def test_flows_of_a_folder_can_be_started(run, write, tmp_path):
    (tmp_path / "others").mkdir()
    write(ECHO, "others/echo.yaml")
    done = run(write(PARENT), "--flows", "others", "--quiet")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"got": "child"}), done.stdout + done.stderr


def test_secrets_are_masked(run, write):
    path = write(FAIL.replace("no luck", "\"{{ secret('KEY') }}\""))
    done = run(path, SECRET_KEY="aHVzaC1odXNo")
    assert "hush-hush" not in done.stdout + done.stderr
    assert "******" in done.stdout


def test_a_secret_input_needs_no_key(run, write):
    path = write(ECHO.replace("{id: name, type: STRING}", "{id: name, type: SECRET}"))
    done = run(path, "-i", "name=hush-hush")
    assert done.returncode == 0, done.stderr
    assert "INFO  log: hello ******" in done.stdout


def test_an_input_the_flow_does_not_have_is_refused(run, write):
    done = run(write(ECHO), "-i", "name=Ana", "-i", "nmae=Ana")
    assert (done.returncode, done.stdout) == (2, "")
    assert "The flow has no input nmae (Did you mean name?)" in done.stderr


def test_a_dialect_that_does_not_exist_is_refused(run, write):
    done = run(write(ECHO), "-i", "name=Ana", "--dialect", "9")
    assert (done.returncode, done.stderr) == (2, "error: --dialect: '9' is no dialect (Write one of auto, 1.3, 2.0)\n")


def test_what_is_no_text_is_refused(run, tmp_path, write):
    (tmp_path / "binary.yaml").write_bytes(b"id: \xff")
    assert run("binary.yaml").stderr == "error: binary.yaml: byte 4 is not UTF-8 text (Save it as UTF-8)\n"
    (tmp_path / "others").mkdir()
    write("id: broken\n", "others/broken.yaml")
    done = run(write(ECHO), "-i", "name=Ana", "--flows", "others")
    assert (done.returncode, "others/broken.yaml:1:1: tasks" in done.stderr) == (2, True)


def test_an_error_made_for_users_shows_no_stack(run, write):
    assert "Traceback" not in run(write(FAIL)).stdout


# What runs the tests may ignore signals, as nohup and the background of a shell do, and so would what they start.
HEEDING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "signal.signal(signal.SIGTERM, signal.SIG_DFL); signal.signal(signal.SIGHUP, signal.SIG_DFL)"
)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_kills_the_execution_and_leaves_nothing(write, tmp_path, number, code):
    (tmp_path / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", f"{HEEDING}; from tiercel.cli.main import main; main()", "run", str(write(NAP))],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
    )
    with process:
        try:
            assert "Waiting for PT1M" in process.stdout.readline()
            process.send_signal(number)
            process.communicate(timeout=60)
        finally:
            process.kill()  # does nothing to what has ended
    assert (process.returncode, list((tmp_path / "temporary").iterdir())) == (code, [])


def test_a_pause_is_told(run, write):
    done = run(write(PAUSE))
    assert done.returncode == 0
    assert "wait is paused" in done.stderr
