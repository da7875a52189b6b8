#!/bin/sh
# Ask the service with curl: sh examples/ask.sh [address]
# Set API_KEY where the service asks for one.
set -eu
address="${1:-http://127.0.0.1:8000}"
cd "$(dirname "$0")/.."

# Rows as JSON; request.json holds one.
curl --fail-with-body --silent --show-error --retry 10 --retry-connrefused --retry-delay 1 "$address/predict" \
  --header "Content-Type: application/json" \
  ${API_KEY:+--header "X-API-Key: $API_KEY"} \
  --data @request.json

# A whole file: its columns come back with the predictions behind them.
# curl --fail-with-body "$address/predict/file" --form file=@rows.csv --output predictions.csv
