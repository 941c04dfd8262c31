"""A fault of the window's own: one sentence where it happened. How it came about stands in the window's log, never on a page."""

from pages.parts.marks import banner


def told(_error: Exception) -> bool:
    """Streamlit asks this for whatever a page raised; True = it shows nothing of its own."""
    banner(
        "red",
        "A fault in this window: a part of it is not shown.",
        "The desk works on, and orders and stops are not touched. If you just pressed a button, look under Orders and in the "
        "Journal whether it was done before you press it again. Then open the page anew; if it comes back, window.log in the "
        "folder of the workspaces says why.",
    )
    return True
