"""Small pages that stand in for the real one, where a test is about the server."""
# ruff: noqa: N802

import subprocess
import sys
import threading
import time

import solara

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"


@solara.component
def Plain():
    value, set_value = solara.use_state(3)
    with solara.Column():
        solara.SliderInt("lever", value=value, on_value=set_value, max=1000)
        solara.Button("more", on_click=lambda: set_value(value + 1))
        solara.Text(f"value is {value}")


@solara.component
def Broken():
    raise ValueError("hunter2")


@solara.component
def Stubborn():
    """Leaves behind a thread that never ends and a process that is deaf to SIGTERM."""

    def start() -> None:
        child = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        threading.Thread(target=lambda: time.sleep(600)).start()
        set_started(True)

    started, set_started = solara.use_state(False)
    solara.Button("start", on_click=start)
    solara.Text("started" if started else "not started")
