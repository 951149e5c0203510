"""One person's page: the draft and its history, the runs under way, the answer shown. Nothing here is shared.

Everything a component reads is a `Reactive`, made with the session, so two people never meet. A newer wish takes the
place of an older one: its runs are taken back and whatever still comes of them is dropped.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import solara
from reacton.core import get_render_context
from solara.lab import Reactive

from model.kernel.refusals import Refused, RunFailed
from model.scenario import load_scenario
from viz.answers import Answer, answer_of
from viz.desk import desk
from viz.draft import Draft, base_scenario, of_scenario
from viz.focus import Focus
from viz.runs import Request, Shelf

MOST_UNDO: Final = 50
RUNS: Final = (1, 8, 20, 30)
"""Numbers of paired runs one may ask for."""
USUAL_RUNS: Final = 8
_WAIT_S: Final = 0.08  # after a change, for the next one of a hand still moving
_LOOK_S: Final = 0.25  # between two refreshes of the progress

SHELF: Final = Shelf()
"""Finished runs of everyone: numbers only, keyed by what was run."""


@dataclass(frozen=True)
class Status:
    """Where the runs of the newest draft stand."""

    running: bool = False
    progress: float = 0.0
    done: int = 0
    wanted: int = 0
    cancelled: bool = False
    fault: str = ""
    seconds: float = 0.0


class Session:
    """All state of one page. Methods are called by the page's own events."""

    def __init__(self, lang: str = "en") -> None:
        self.owner = secrets.token_hex(8)
        self.lang: Reactive[str] = solara.reactive(lang)
        self.view: Reactive[str] = solara.reactive("scenario")
        self.draft: Reactive[Draft] = solara.reactive(Draft())
        self.history: Reactive[tuple[tuple[Draft, ...], tuple[Draft, ...]]] = solara.reactive(((), ()))
        self.answer: Reactive[Answer | None] = solara.reactive(None)
        self.status: Reactive[Status] = solara.reactive(Status())
        # what is shown belongs to an older draft; apart from the status, which changes several times a second
        self.stale: Reactive[bool] = solara.reactive(False)
        self.wanted_runs: Reactive[int] = solara.reactive(USUAL_RUNS)
        self.focus: Reactive[Focus] = solara.reactive(Focus())
        self.month: Reactive[int | None] = solara.reactive(None)
        self.budget: Reactive[float] = solara.reactive(2.0e9)
        self.notice: Reactive[tuple[str, ...]] = solara.reactive(())
        self._render: Any = get_render_context(required=False)
        self._wish = 0
        self._request: Request | None = None
        self._lock = threading.Lock()
        self._bell = threading.Event()

    def together(self) -> AbstractContextManager[Any]:
        """Changes made within are drawn once, not one by one."""
        return nullcontext() if self._render is None else self._render

    # --- the draft ---------------------------------------------------------------------------------------------

    def edit(self, change: Callable[[Draft], Draft]) -> None:
        """Change the draft; refused changes are told and leave it as it was."""
        before = self.draft.value
        try:
            after = change(before)
            if after.document == before.document:
                return
            after.checked_or_refused()
        except Refused as refusal:
            self.notice.set(tuple(str(problem) for problem in refusal.problems))
            return
        past, _ = self.history.value
        with self.together():
            self.history.set(((*past, before)[-MOST_UNDO:], ()))
            self.adopt(after)

    def adopt(self, draft: Draft) -> None:
        """Take a draft as it is and run it."""
        with self.together():
            self._adopt(draft)

    def _adopt(self, draft: Draft) -> None:
        self.notice.set(())
        self.draft.set(draft)
        if self.view.value == "scenario":
            self.start(_WAIT_S)
        else:
            self.answer.set(None)  # run when the scenario is looked at again

    def undo(self) -> None:
        """Back to the draft before."""
        past, future = self.history.value
        if past:
            with self.together():
                self.history.set((past[:-1], (self.draft.value, *future)))
                self.adopt(past[-1])

    def redo(self) -> None:
        """Forward again after an undo."""
        past, future = self.history.value
        if future:
            with self.together():
                self.history.set(((*past, self.draft.value), future[1:]))
                self.adopt(future[0])

    def open_preset(self, name: str) -> None:
        """Take over what a scenario of the project changes; an empty name is no change at all."""
        self.edit(lambda draft: of_scenario(load_scenario(name)) if name else Draft())

    def open_text(self, text: str, name: str) -> None:
        """Take over a scenario file."""
        self.edit(
            lambda draft: Draft.of_text(text, name),
        )

    def begin_with(self, text: str) -> None:
        """The draft of the address the page was opened with; it runs when the page is there."""
        try:
            self.draft.set(Draft.of_query(text))
        except Refused as refusal:
            self.notice.set(tuple(str(problem) for problem in refusal.problems))

    def open_query(self, text: str) -> None:
        """Take over the draft of an address, without a place in the history."""
        try:
            self.adopt(Draft.of_query(text))
        except Refused as refusal:
            self.notice.set(tuple(str(problem) for problem in refusal.problems))

    # --- the runs ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Run the draft unless there is an answer or one on its way: what the page does when it is looked at."""
        if self.answer.value is None and not self.status.value.running:
            self.start()

    def start(self, wait_s: float = 0.0) -> None:
        """Run the draft; whatever ran before is taken back."""
        with self._lock:
            self._wish += 1
            wish = self._wish
            if self._request is not None:
                self._request.cancel()
                self._request = None
        with self.together():
            self.stale.set(self.answer.value is not None)
            self.status.set(Status(running=True, wanted=self.wanted_runs.value))
        threading.Thread(target=self._run, args=(wish, wait_s), daemon=True).start()

    def cancel(self) -> None:
        """Stop the runs; what was found so far stays, marked."""
        with self._lock:
            self._wish += 1
            request, self._request = self._request, None
        if request is not None:
            request.cancel()
        old = self.status.value
        self.status.set(Status(done=old.done, wanted=old.wanted, cancelled=True))
        self._bell.set()

    def _current(self, wish: int) -> bool:
        return wish == self._wish

    def _run(self, wish: int, wait_s: float) -> None:
        """Ask for the runs and show what comes, until all are there or a newer wish has come."""
        time.sleep(wait_s)
        began = time.perf_counter()
        request = self._asked(wish)
        shown = -1
        while request is not None and self._current(wish):
            done, finished = len(request.finished_seeds()), request.done
            answer = answer_of(request) if done and done != shown else None
            if answer is not None:
                answer.effects, answer.evaluation  # noqa: B018  (computed here, not while the page is drawn)
                shown = done
            if not self._current(wish):
                return
            self._show(answer, _status(request, done, finished, time.perf_counter() - began))
            if finished:
                return
            self._bell.wait(_LOOK_S)
            self._bell.clear()

    def _show(self, answer: Answer | None, status: Status) -> None:
        with self.together():
            if answer is not None:
                self.answer.set(answer)
                self.stale.set(False)
            self.status.set(status)

    def _asked(self, wish: int) -> Request | None:
        """The request of the draft; None when a newer wish has come or the draft cannot run."""
        with self._lock:
            if not self._current(wish):
                return None
            draft = self.draft.value
            try:
                baseline, scenario = draft.baseline, draft.scenario
                assert scenario is not None
                seeds = range(1, self.wanted_runs.value + 1)
                self._request = Request(desk(), SHELF, self.owner, baseline, scenario, seeds, self._heard)
            except (Refused, RunFailed) as fault:
                self.status.set(Status(fault=str(fault)))
                return None
            return self._request

    def _heard(self, request: Request) -> None:
        """A pair is finished, or a month: wake the thread that shows it."""
        if request is self._request and (request.done or len(request.finished_seeds()) != self.status.value.done):
            self._bell.set()

    def close(self) -> None:
        """The page is gone: stop what it asked for."""
        with self._lock:
            self._wish += 1
            request, self._request = self._request, None
        if request is not None:
            request.cancel()


@lru_cache(maxsize=1)
def presets() -> list[dict[str, Any]]:
    """Scenarios of the project that change something and belong to the page's world: name and label."""
    from model.scenario import list_scenarios

    rows = [row for row in list_scenarios() if row["policies"] or row["shocks"]]
    return [row for row in rows if row["name"] != "toy"]


def _status(request: Request, done: int, finished: bool, seconds: float) -> Status:
    return Status(
        running=not finished,
        progress=request.progress,
        done=done,
        wanted=len(request.seeds),
        fault="; ".join(request.faults[:1]),
        seconds=seconds,
    )


def warm_up() -> None:
    """Run what every page begins with, before the first one asks; anyone's wish goes first."""
    base = base_scenario()
    Request(desk(), SHELF, "the server", base, base, range(1, USUAL_RUNS + 1), patience=100)
