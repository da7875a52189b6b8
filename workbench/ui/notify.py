"""A word from the browser itself when a run has ended, for people who work in another tab meanwhile.

A button asks for permission (browsers allow that only on a click); once given, the end of a watched run is told by a
notification of the browser where its window is not in front. In front, the toast of ``watch`` is enough.
"""

import streamlit as st

ASK = "Tell me when it is done"
GIVEN = "Your browser will tell you when it is done."
HTML = """
<button type="button" hidden></button>
<span hidden></span>
"""
CSS = """
button {
  font: inherit; font-size: 0.875rem; color: var(--st-link-color, var(--st-primary-color)); background: none;
  border: none; padding: 0; cursor: pointer; text-align: left;
}
span { font-size: 0.875rem; color: var(--st-text-color); opacity: 0.8; }
"""
JS = """
// Ids of what was told already, kept in the page: a component runs again with every rerun.
const told = new Set()

export default function (component) {
  const { data, parentElement } = component
  const button = parentElement.querySelector("button")
  const words = parentElement.querySelector("span")
  const supported = "Notification" in window
  const paint = () => {
    const permission = supported ? Notification.permission : "denied"
    button.textContent = data.ask
    words.textContent = data.given
    button.hidden = !data.active || permission !== "default"
    words.hidden = !data.active || permission !== "granted"
  }
  button.onclick = () => Notification.requestPermission().then(paint)
  paint()
  if (data.id && !told.has(data.id)) {
    told.add(data.id)
    if (supported && Notification.permission === "granted" && !document.hasFocus()) {
      const note = new Notification(data.title, { body: data.body, tag: data.id })
      note.onclick = () => { window.focus(); note.close() }
    }
  }
}
"""

_component = st.components.v2.component("run_notifier", html=HTML, css=CSS, js=JS)


def bell(*, active, ended=None):
    """Offer a notification while a run is under way, and give it when one has ended.

    Parameters
    ----------
    active : bool
        Whether a run is under way; otherwise there is nothing to offer.
    ended : dict, optional
        ``id``, ``title`` and ``body`` of the end to tell; each id is told once.
    """
    ended = ended or {"id": "", "title": "", "body": ""}
    _component(key="run-notifier", data={"active": active, "ask": ASK, "given": GIVEN, **ended}, height="content")
