"""Ask the service with requests (pip install requests): python examples/ask_requests.py [address]."""

import json
import os
import sys
from pathlib import Path

import requests

address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
headers = {"X-API-Key": os.environ["API_KEY"]} if os.environ.get("API_KEY") else {}
rows = json.loads((Path(__file__).resolve().parent.parent / "request.json").read_text(encoding="utf-8"))["rows"]

answer = requests.post(f"{address}/predict", json={"rows": rows}, headers=headers, timeout=30)
answer.raise_for_status()
for prediction in answer.json()["predictions"]:
    if "error" in prediction:
        print("refused:", prediction["error"]["message"])
        continue
    print("prediction:", prediction["prediction"])
    for warning in prediction["warnings"]:
        print("warning:", warning["field"], warning["message"])
