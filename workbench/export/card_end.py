"""What a model card says that is known only when its bundle is made: the contract, personal data, licences, digests."""

from collections.abc import Mapping
from typing import Any

from workbench.export.licences import by_licence
from workbench.export.readme import escaped
from workbench.export.readme_contract import contract_table, personal_section


def complete_card(card: str, manifest: Mapping[str, Any], requirements: str) -> str:
    """Return a model card with its last sections.

    Parameters
    ----------
    card : str
        As :func:`workbench.export.model_card.model_card` makes it.
    manifest : mapping
        What ``model.json`` holds.
    requirements : str
        Content of requirements.txt.
    """
    licences = [f"| {licence} | {', '.join(names)} |" for licence, names in by_licence(requirements).items()]
    parts = (
        ("Unusual rows", ["| fault | what happens |", "|---|---|", contract_table(manifest["fields"], escaped)]),
        ("Personal data", [personal_section(manifest, escaped)]),
        ("Licences of what it is made with", ["| licence | packages |", "|---|---|", *licences]),
        ("Digests", [f"SHA-256 of model.joblib: `{manifest['model']}`. Those of all files are in SHA256SUMS."]),
    )
    return card.rstrip("\n") + "\n" + "".join(f"\n## {title}\n\n" + "\n".join(body) + "\n" for title, body in parts)
