"""A page that is entered is shown from its top.

Streamlit keeps the place to which the page before was scrolled. This component lives in the sidebar, is told which
page is shown, and scrolls once when that changes; it sends nothing back, so it costs no rerun.
"""

import uuid

import streamlit as st

AGAIN_KEY = "scroll_again"  # another value: what the page says is at its top
JS = """
// Kept in the browser's page: a component runs again with every rerun.
let shown = null

export default function (component) {
  const place = component.data.place
  if (place === shown) return
  const first = shown === null
  shown = place
  if (first) return
  const top = () => document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0, behavior: "instant" })
  top()
  // Once more when what the new page shows first has taken the place of the old one.
  requestAnimationFrame(() => requestAnimationFrame(top))
}
"""

_component = st.components.v2.component("scroll_to_top", html="<span hidden></span>", js=JS)


def again():
    """Have the page scrolled to its top once more: what a click has brought about is said there."""
    st.session_state[AGAIN_KEY] = uuid.uuid4().hex


def to_top(place):
    """Scroll to the top where ``place`` (page and project) is another than before, or where a page asked for it."""
    again = st.session_state.get(AGAIN_KEY, "")
    _component(key="scroll-to-top-component", data={"place": f"{place} {again}"})
