"""The least a rerun can be: a title, and the button that asks for it."""

import streamlit as st

st.title("Again")
st.button("Refresh", key="again")
