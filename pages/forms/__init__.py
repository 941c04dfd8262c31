"""Where secrets are typed: plain forms outside of Streamlit, so that none of them enters its state."""
