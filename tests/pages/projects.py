"""The project of a test of the pages, its choices, and the question that comes of them."""

from workbench.modeling.planning import plan_experiment


def project_of(store):
    return store.project(store.project_ids()[0])


def draft_of(store):
    return project_of(store).draft


def spec_of(store, **changes):
    draft = draft_of(store).but(**changes)
    return plan_experiment(store.load_table(draft.dataset), store.dataset(draft.dataset).schema, draft).spec
