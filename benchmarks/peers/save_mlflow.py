"""Write the plain pipeline as MLflow keeps models; run in MLflow's environment by ``serving_peers``.

python save_mlflow.py PLAIN.joblib FOLDER
"""

import sys

import joblib
import mlflow.sklearn
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema


def main(plain: str, folder: str) -> None:
    """Save with probabilities as the answer, and a signature under which any column may be blank."""
    model, numbers, _, columns = joblib.load(plain)
    kinds = {column: "double" if column in numbers else "string" for column in columns}
    schema = Schema([ColSpec(kind, name, required=False) for name, kind in kinds.items()])
    mlflow.sklearn.save_model(
        model,
        folder,
        signature=ModelSignature(inputs=schema),
        serialization_format="cloudpickle",
        pyfunc_predict_fn="predict_proba",
        pip_requirements=["scikit-learn"],  # else it asks a package index what the model needs
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
