"""How a request becomes a prediction.

==================  =================================================================================================
module              what it does
==================  =================================================================================================
``settings``        environment variables to :class:`~prediction_service.settings.Settings`
``service``         a model with what belongs to it: rows in, answers out, counted and logged
``hooks``           before and after every request: limits, API key, request id, headers, errors, one line of log
``routes``          the addresses; each asks ``service`` and says the answer
``request_rows``    the rows in a body: JSON or CSV
``uploaded_file``   the rows in a file: text or workbook
``answers``         what ``/predict`` answers, as JSON
``express``         the shorter way of a plain request to ``/predict``, in front of Flask
``reasons``         why a row is answered so
``readiness``       whether the golden rows get their golden answers
``metrics``         counters of all workers, as Prometheus reads them
``logs``            lines of JSON
``contract_words``  what a field takes and what happens otherwise, in words
``openapi``         the description for programs, made from the fields; ``/docs`` shows it to people
``web_form``        the form
==================  =================================================================================================

Nothing here knows a particular model: what differs between bundles is data (``model.json`` and the files beside it).
"""

import os

# Requests run side by side in workers; threads inside one prediction only make them wait for each other, and a worker
# must not inherit threads that the process it was forked from had. Read by NumPy and scikit-learn at their import.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
