"""What happens to reports when a process ends or forks."""

from __future__ import annotations

import time

import pytest
from support import API_KEY, Monlight, eventually, free_port, hang, run_script, stub

SETUP = """
import os, sys, threading
from monlight import ErrorClient, MetricsClient
url, project = os.environ["MONLIGHT_URL"], os.environ["MONLIGHT_PROJECT"]
errors = ErrorClient(url, os.environ["MONLIGHT_API_KEY"], project=project)
metrics = MetricsClient(url, os.environ["MONLIGHT_API_KEY"], project=project)
"""


def run(monlight_url: str, project: str, code: str) -> float:
    """Runs a program to its end; seconds it took."""
    started = time.monotonic()
    run_script(
        SETUP + code,
        MONLIGHT_URL=monlight_url,
        MONLIGHT_PROJECT=project,
        MONLIGHT_API_KEY=API_KEY,
    )
    return time.monotonic() - started


def test_what_was_reported_before_the_end_is_sent(monlight: Monlight, project: str) -> None:
    code = """
for number in range(20):
    errors.report_error_sync(ValueError(f"{number}"))
    metrics.counter("ended", {"n": number})
"""
    run(monlight.url, project, code)
    assert monlight.count(project) == 20
    assert monlight.points("ended", project)["sum"] == 20


def test_also_when_the_program_ends_by_an_exception_or_in_a_thread(
    monlight: Monlight, project: str
) -> None:
    code = """
def work():
    try:
        raise RuntimeError("in a thread")
    except RuntimeError as error:
        errors.report_error_sync(error)
threading.Thread(target=work).start()
try:
    sys.exit("stopped")
except SystemExit:
    metrics.counter("ended")
"""
    run(monlight.url, project, code)
    assert monlight.count(project) == 1
    assert monlight.points("ended", project)["sum"] == 1


def test_a_report_of_an_exit_handler_is_sent(monlight: Monlight, project: str) -> None:
    code = """
import atexit
@atexit.register
def last():
    # No thread was started before, and on some versions none can be started any more.
    errors.report_error_sync(ValueError("at the very end"))
    metrics.counter("ended")
"""
    run(monlight.url, project, code)
    assert monlight.count(project) == 1
    assert monlight.points("ended", project)["sum"] == 1


@pytest.mark.parametrize("server", ["dead", "hanging"])
def test_a_server_that_does_not_answer_delays_the_end_by_two_seconds_at_most(server: str) -> None:
    code = """
import time
for _ in range(20):
    errors.report_error_sync(ValueError("x"))
    metrics.counter("x")
others = [ErrorClient(url, "k") for _ in range(5)]
for other in others:
    other.report_error_sync(ValueError("y"))
time.sleep(0.3)
"""
    bare = run("http://127.0.0.1:9", "bare", "import httpx")
    if server == "dead":
        took = run(f"http://127.0.0.1:{free_port()}", "dead", code)
    else:
        with stub(hang) as hanging:
            took = run(hanging.url, "hanging", code)
    # Some slack for a busy machine.
    assert took - bare < 0.3 + 2.0 + 1.5


def test_a_fork_sends_its_own_and_only_its_own(monlight: Monlight, project: str) -> None:
    code = """
errors.report_error_sync(ValueError("parent before"))
metrics.counter("forked", {"who": "parent"})
metrics.histogram("sampled", value=1)
children = []
for child in range(3):
    pid = os.fork()
    if pid == 0:
        for _ in range(5):
            errors.report_error_sync(ValueError("child"))
            metrics.counter("forked", {"who": "child"})
        sys.exit(0)
    children.append(pid)
for pid in children:
    assert os.waitpid(pid, 0)[1] == 0
errors.report_error_sync(ValueError("parent after"))
metrics.counter("forked", {"who": "parent"})
"""
    run(monlight.url, project, code)
    assert monlight.count(project) == 2 + 15
    assert monlight.series("forked", project, "who") == {("parent",): 2, ("child",): 15}
    assert monlight.points("sampled", project)["count"] == 1


def test_a_fork_while_threads_report_does_not_lock_up(monlight: Monlight, project: str) -> None:
    code = """
stop = False
def work():
    while not stop:
        metrics.counter("busy")
        metrics.histogram("busy_samples", value=1)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
children = []
for _ in range(10):
    pid = os.fork()
    if pid == 0:
        errors.report_error_sync(ValueError("child"))
        metrics.counter("children")
        os._exit(0 if errors.flush(15) and metrics.flush(15) else 1)
    children.append(pid)
codes = [os.waitpid(pid, 0)[1] for pid in children]
stop = True
for thread in threads: thread.join()
assert codes == [0] * 10, codes
"""
    run(monlight.url, project, code)
    assert monlight.count(project) == 10
    assert monlight.points("children", project)["sum"] == 10


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_multiprocessing_send_at_their_end(
    monlight: Monlight, project: str, tmp_path_factory: pytest.TempPathFactory, method: str
) -> None:
    # A spawned process imports the program, so it must be a file.
    program = tmp_path_factory.mktemp("program") / "program.py"
    program.write_text(
        SETUP
        + f"""
import multiprocessing
def work():
    try:
        raise ValueError("in a child")
    except ValueError as error:
        errors.report_error_sync(error)
    metrics.counter("worked")
if __name__ == "__main__":
    context = multiprocessing.get_context({method!r})
    metrics.counter("worked")
    workers = [context.Process(target=work) for _ in range(2)]
    for worker in workers: worker.start()
    for worker in workers: worker.join()
"""
    )
    run_script(
        f"import runpy; runpy.run_path({str(program)!r}, run_name='__main__')"
        if method == "fork"
        else "import subprocess, sys; "
        f"subprocess.run([sys.executable, {str(program)!r}], check=True)",
        MONLIGHT_URL=monlight.url,
        MONLIGHT_PROJECT=project,
        MONLIGHT_API_KEY=API_KEY,
    )
    eventually(lambda: monlight.count(project) == 2)
    assert monlight.points("worked", project)["sum"] == 3


def test_importing_monlight_starts_and_imports_nothing() -> None:
    code = """
import sys, threading, logging
import monlight
from monlight import ErrorClient, MetricsClient, capture_exceptions, MonlightLoggingHandler
assert "httpx" not in sys.modules
ErrorClient("http://127.0.0.1:9", "k"); MetricsClient("http://127.0.0.1:9", "k")
assert threading.active_count() == 1
for name in ("fastapi", "starlette", "flask", "django"):
    assert name not in sys.modules, name
assert "setup_monlight" in dir(monlight)
try:
    monlight.nothing
except AttributeError as error:
    assert "nothing" in str(error)
"""
    run_script(code)


def test_a_signal_in_the_middle_of_a_report_does_not_lock_up(
    monlight: Monlight, project: str
) -> None:
    code = """
import signal
def handler(*_):
    metrics.counter("signalled")
    errors.report_error_sync(ValueError("from a signal handler"))
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
for _ in range(20_000):
    metrics.counter("main")
signal.setitimer(signal.ITIMER_REAL, 0)
"""
    run(monlight.url, project, code)
    assert monlight.points("main", project)["sum"] == 20_000


def test_a_report_while_the_interpreter_is_taken_apart_harms_nothing(project: str) -> None:
    # To start a thread by then never returns on Python 3.10 and 3.11.
    code = """
class Last:
    def __init__(self): self.clients = errors, metrics
    def __del__(self):
        errors, metrics = self.clients
        errors.report_error_sync(ValueError("late"))
        metrics.counter("late")
        metrics.start()
        errors.flush()
        metrics.flush()
        errors.close()
        metrics.shutdown()
        print("done")
sys.modules["held until the end"] = Last()
"""
    took = run_script(
        SETUP + code,
        MONLIGHT_URL="http://127.0.0.1:9",
        MONLIGHT_PROJECT=project,
        MONLIGHT_API_KEY="k",
    )
    assert took.stdout == "done\n"
    assert took.stderr == ""


def test_a_fork_while_the_client_of_the_environment_is_made_does_not_lock_up(
    monlight: Monlight, project: str
) -> None:
    code = """
from monlight import _environment, capture_exceptions, error_client
making, go_on = threading.Event(), threading.Event()
make = error_client.ErrorClient.__init__
def slow(*given, **named):
    making.set()
    if threading.current_thread() is not threading.main_thread():
        go_on.wait(20)
    make(*given, **named)
error_client.ErrorClient.__init__ = slow
thread = threading.Thread(target=_environment.find)
thread.start()
making.wait(20)
pid = os.fork()
if pid == 0:
    import signal
    signal.alarm(20)
    try:
        with capture_exceptions():
            raise ValueError("in the child")
    except ValueError:
        pass
    sys.exit(0)
status = os.waitpid(pid, 0)[1]
go_on.set()
thread.join()
assert status == 0, status
"""
    run(monlight.url, project, code)
    assert monlight.count(project) == 1
