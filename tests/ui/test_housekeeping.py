"""After an update under a running server, an error says that the server must be started again."""

import os

from workbench.ui import housekeeping


def test_a_source_file_that_is_newer_than_the_start_is_noticed(tmp_path):
    source = tmp_path / "workbench" / "ui" / "page.py"
    source.parent.mkdir(parents=True)
    (tmp_path / "notes.txt").write_text("newer, but no source", encoding="utf-8")
    source.write_text("", encoding="utf-8")
    os.utime(source, (1000, 1000))
    assert not housekeeping.changed_since(1000, tmp_path)
    assert housekeeping.changed_since(999, tmp_path)


def test_an_error_tells_to_start_again_only_after_an_update(monkeypatch):
    import streamlit_app

    said = []
    monkeypatch.setattr(streamlit_app.st, "error", lambda words, icon: said.append(words))
    for changed in (False, True):
        monkeypatch.setattr(housekeeping, "changed_since", lambda *_, changed=changed: changed)
        assert streamlit_app.show_error(ValueError("x"))
    assert "our fault" in said[0] and "updated" not in said[0]
    assert "was updated while it was running, and has to be started again" in said[1]
