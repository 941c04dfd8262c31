"""The emptiest page there is."""

import streamlit as st

st.title("Empty")
