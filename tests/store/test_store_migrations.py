import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.errors import WorkbenchError
from workbench.store import Store
from workbench.store.database import Database, sqlite_url
from workbench.store.migrations import MIGRATIONS, migrate
from workbench.store.tables import METADATA

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path):
    database = Database(sqlite_url(tmp_path))
    yield database
    database.close()


def test_an_empty_database_gets_every_table_as_the_code_describes_it(database):
    assert migrate(database) == len(MIGRATIONS)
    inspector = sa.inspect(database.engine)
    found = {name: {column["name"] for column in inspector.get_columns(name)} for name in inspector.get_table_names()}
    del found["schema_version"]
    found.pop("sqlite_sequence", None)
    assert found == {table.name: {column.name for column in table.columns} for table in METADATA.sorted_tables}
    assert migrate(database) == 0


def test_a_database_of_version_1_is_brought_up_to_date_and_keeps_its_rows(tmp_path, database):
    assert migrate(database, MIGRATIONS[:1]) == 1
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO projects VALUES ('old-1', 'Old', '{}', '', '', 0, 1.0, 1.0, NULL)")
    with Store.open(tmp_path) as store:
        assert store.project("old-1").name == "Old"
    assert migrate(database) == 0


def test_data_sets_of_version_2_have_as_many_rows_as_their_files(tmp_path, database):
    migrate(database, MIGRATIONS[:2])
    with database.write() as connection:
        values = (
            f"'{'f' * 64}', 'n', 'file', 7, 1, '{'a' * 64}', 9, '{'b' * 64}', 9, '{{}}', '{{}}', '', '[]', '{{}}', 1.0"
        )
        connection.exec_driver_sql(f"INSERT INTO datasets VALUES ({values})")
    with Store.open(tmp_path) as store:
        dataset = store.dataset("f" * 64)
    assert (dataset.n_rows, dataset.n_file_rows, dataset.is_sample, dataset.questions) == (7, 7, False, ())
    assert (dataset.full_path, dataset.text_path) == (None, None)


def test_a_migration_that_fails_leaves_no_trace(database):
    def broken(connection):
        connection.exec_driver_sql("CREATE TABLE half (a TEXT)")
        raise RuntimeError("power cut")

    migrate(database)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(database, (*MIGRATIONS, broken))
    assert "half" not in sa.inspect(database.engine).get_table_names()
    assert migrate(database) == 0


def test_a_newer_database_is_refused_in_a_sentence(tmp_path, database):
    migrate(database, (*MIGRATIONS, lambda connection: None))
    with pytest.raises(WorkbenchError, match="newer version of the workbench") as caught:
        Store.open(tmp_path)
    assert "WORKBENCH_HOME" in caught.value.advice


def test_a_file_that_is_no_database_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "workbench.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(WorkbenchError, match="damaged or is not a workbench database"):
        Store.open(tmp_path)


def test_a_home_that_is_a_file_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "home").write_text("x", encoding="utf-8")
    with pytest.raises(WorkbenchError, match="cannot be used as a folder"):
        Store.open(tmp_path / "home")


def test_two_processes_may_open_a_new_store_at_once(tmp_path):
    code = (
        "import sys; from workbench.store import Store; s = Store.open(sys.argv[1]); s.create_project('p'); s._secret()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    with Store.open(tmp_path) as store:
        assert len(store.project_cards()) == 3


def test_many_threads_may_write_at_once(store):
    project = store.create_project("p")
    problems = []

    def write(number):
        try:
            for step in range(10):
                store.put_artifact("k", f"{number}", step)
                store.rename_project(project.id, f"{number}-{step}")
                store.project_cards()
        except WorkbenchError as error:
            problems.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [store.artifact("k", str(number)) for number in range(8)] == [9] * 8


def test_the_database_is_in_wal_mode_with_foreign_keys(tmp_path):
    with Store.open(tmp_path) as store, store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_the_store_loads_no_heavy_library_before_it_is_needed():
    code = (
        "import sys, workbench.store\n"
        "print([name for name in ('pandas', 'sklearn', 'pyarrow', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_password_of_a_database_is_not_shown():
    with pytest.raises(WorkbenchError) as caught:
        Store.open(None, "postgresql://someone:s3cret@127.0.0.1:1/none?connect_timeout=1")
    assert "s3cret" not in str(caught.value)
    assert "could not be reached" in str(caught.value)
