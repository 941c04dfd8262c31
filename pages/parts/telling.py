"""Settings for notifications, in short; they have a page of their own."""

from pages.parts import menu
from pages.parts.desk import desk
from pages.parts.marks import rows, section
from pages.parts.words import plural


def show() -> None:
    state, failures = desk().notices.state(), desk().notices.failures()
    section("Who is told when nobody looks")
    on = [way.title for way in (*state.ways, state.heartbeat) if way.on]
    quiet = f"{state.rules.quiet_from} to {state.rules.quiet_to}" if state.rules.quiet_from else "None"
    rows(
        [
            ("Ways that are on", ", ".join(on) or "None", "" if on else "what happens stands here and in the journal"),
            ("Quiet hours", quiet, "what is red is told in them too" if state.rules.quiet_from else ""),
            ("Did not get through", plural(len(failures), "message"), ""),
        ]
    )
    menu.link("notifications", "Ways, events, quiet hours")
