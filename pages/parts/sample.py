"""Says, wherever its numbers show, which part of an account's past is a sample."""

import streamlit as st

from core.domain.sample import Sample
from pages.parts import account
from pages.parts.words import clock, day


def words(sample: Sample) -> str:
    return f"{day(sample.since)} to {day(sample.until)}, {clock(sample.until)} ET"


def note(account_id: str) -> Sample | None:
    """Under the line that says what the numbers are of; nothing where all of it is the person's own."""
    sample = account.sample(account_id)
    if sample is not None:
        st.caption(
            f"Sample: {words(sample)}. Nobody traded this part, and it counts for nothing; what came later is yours."
        )
    return sample
