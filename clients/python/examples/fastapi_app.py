"""A FastAPI application that Monlight watches.

    pip install 'monlight[fastapi]' uvicorn
    export MONLIGHT_URL=http://localhost:5010 MONLIGHT_API_KEY=…
    uvicorn fastapi_app:app

`GET /orders/7` answers, `GET /orders/0` fails and is in the Error Tracker a moment later. Both are
counted under `/orders/{order_id}` on the dashboard.
"""

import os

from fastapi import FastAPI

from monlight import setup_monlight

app = FastAPI()

url = os.environ.get("MONLIGHT_URL", "http://localhost:5010")
errors, metrics = setup_monlight(
    app,
    error_tracker_url=url,
    metrics_collector_url=url,
    api_key=os.environ.get("MONLIGHT_API_KEY", ""),
    project="shop",
    environment=os.environ.get("MONLIGHT_ENVIRONMENT", "production"),
)


@app.get("/orders/{order_id}")
def order(order_id: int) -> dict[str, float]:
    share = 100 / order_id
    if metrics is not None:
        metrics.histogram("order_share", {"kind": "example"}, share)
    return {"share": share}
