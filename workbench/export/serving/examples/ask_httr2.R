# Ask the service with httr2 (install.packages(c("httr2", "jsonlite"))): Rscript examples/ask_httr2.R [address]
# Run it in the folder of request.json.
library(httr2)

arguments <- commandArgs(trailingOnly = TRUE)
address <- if (length(arguments) > 0) arguments[[1]] else "http://127.0.0.1:8000"
rows <- jsonlite::read_json("request.json")$rows

ask <- request(address) |>
  req_url_path_append("predict") |>
  req_body_json(list(rows = rows), null = "null", digits = NA) |>
  req_timeout(30)
if (nzchar(Sys.getenv("API_KEY"))) {
  ask <- req_headers(ask, `X-API-Key` = Sys.getenv("API_KEY"))
}

answer <- ask |> req_perform() |> resp_body_json()
for (prediction in answer$predictions) {
  if (is.null(prediction$error)) {
    cat("prediction:", format(prediction$prediction, digits = 15), "\n")
  } else {
    cat("refused:", prediction$error$message, "\n")
  }
}
