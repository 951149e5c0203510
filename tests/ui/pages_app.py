"""The pages of this folder's tests on a server of their own: `?page=network&lang=zh`; the toy keeps them quick."""

from pathlib import Path
from urllib.parse import parse_qs

import solara

from experiments import load_scenario
from viz.pages.firm import Firm
from viz.pages.lesson import LessonPage
from viz.pages.network import Network

CSS = Path(__file__).resolve().parents[2] / "viz" / "page.css"
TOY = load_scenario("toy")
DEARER = load_scenario("toy", ["parameters.demand.substitution_consumer=3.0"])


@solara.component
def Page() -> None:  # noqa: N802  (a component is written like a class)
    asked = {key: values[0] for key, values in parse_qs(solara.use_router().search or "").items()}
    lang, page = asked.get("lang", "en"), asked.get("page", "network")
    with solara.v.Html(tag="div", class_="dc-page"):
        solara.Style(CSS.read_text(encoding="utf-8"))
        if page == "network":
            Network(lang, DEARER, TOY)
        elif page == "firm":
            Firm(lang, TOY)
        else:
            LessonPage(lang)
