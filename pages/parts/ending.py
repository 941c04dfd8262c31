"""How a page ends early: the run goes on to its own end. Streamlit's st.stop() would leave the old live blocks alive.

One of them could be drawn where the page has no place for it any more, and the browser's window would stay blank.
"""


class Ended(Exception):
    """Raised by a page that has nothing more to show."""
