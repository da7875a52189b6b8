"""A button that saves a file which the server sends from its disk: a plain link, so nothing passes through memory.

``st.link_button`` would open another tab, which some browsers close before the download is seen.
"""

from pathlib import Path

import streamlit as st

_HTML = (
    '<a download><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 20h14"/>'
    "</svg><span></span></a>"
)
# Everything is put in as text or attribute, never as HTML.
_JS = """export default function ({ data, parentElement }) {
  const link = parentElement.querySelector("a")
  link.href = data.link
  link.title = data.help
  link.className = data.primary ? "primary" : ""
  link.querySelector("span").textContent = data.label
}
"""
_component = st.components.v2.component(
    "save_link", html=_HTML, css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"), js=_JS
)


def show(label, link, *, key, primary=False, help=""):
    """Show the button; ``link`` is an address of :mod:`workbench.ui.downloads_route`."""
    _component(key=key, data={"label": label, "link": link, "primary": primary, "help": help})
