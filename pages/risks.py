"""Before you trade: what can go wrong, in plain words; read once before the first order that is no practice, and readable again."""

import streamlit as st

from core.domain.workspace import WorkspaceKind
from pages.parts import disclosures
from pages.parts.desk import desk, folder
from pages.parts.marks import head

head("Before you trade")
if folder().kind is WorkspaceKind.PRACTICE:
    st.caption("In practice nothing waits for this. In a paper or live workspace the first order does.")
disclosures.words()
disclosures.reading(desk().welcome.state())
