"""Contracts: what the service of an estimator does about faults, and which columns' values must not leave.

Kept with the run, so that it goes where the run goes. What was said for one model of a project holds for the next
until something else is said: above all nobody must mark the same columns as sensitive twice.
"""

import json

import sqlalchemy as sa
from pydantic import ValidationError

from workbench.specs import ContractSpec
from workbench.store.base import Base
from workbench.store.records import checked_id
from workbench.store.tables import ARTIFACTS, RUNS

CONTRACT = "contract"


class Contracts(Base):
    """The part of the store that keeps contracts."""

    def contract(self, run_id: str, key: str) -> ContractSpec:
        """Return the contract of an estimator: its own, else the newest of its project, else the usual one.

        Of another model's contract only what is about columns of this run counts.
        """
        own = _valid(self.artifact(CONTRACT, _place(run_id, key)))
        if own is not None:
            return own
        run = self.run(run_id)
        if run.spec is None:
            return ContractSpec()
        names = {column.name for column in run.spec.columns}
        for value in self._contracts_of(run.project_id):
            found = _valid(value)
            if found is not None:
                fields = tuple(one for one in found.fields if one.column in names)
                sensitive = tuple(name for name in found.sensitive if name in names)
                return found.but(fields=fields, sensitive=sensitive)
        return ContractSpec()

    def save_contract(self, run_id: str, key: str, contract: ContractSpec) -> None:
        """Keep the contract of an estimator in place of the one before."""
        self.put_artifact(CONTRACT, _place(run_id, key), contract.model_dump(mode="json"))

    def _contracts_of(self, project_id: str) -> list:
        """Return the contracts of all estimators of a project as they are stored, the newest first."""
        runs = sa.select(RUNS.c.id).where(RUNS.c.project_id == project_id)
        query = (
            sa.select(ARTIFACTS.c.key, ARTIFACTS.c.value)
            .where(ARTIFACTS.c.kind == CONTRACT)
            .order_by(ARTIFACTS.c.created_at.desc())
        )
        with self.database.read() as connection:
            own = set(connection.execute(runs).scalars())
            found = connection.execute(query).all()
        return [json.loads(value) for key, value in found if key.split(":")[0] in own]


def _valid(value) -> ContractSpec | None:
    try:
        return None if value is None else ContractSpec.model_validate(value)
    except ValidationError:  # of another version of the app, in a project file: as usual
        return None


def _place(run_id: str, key: str) -> str:
    return f"{checked_id(run_id, 'run')}:{key}"
