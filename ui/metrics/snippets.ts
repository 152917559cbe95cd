/** Programs that send a first metric. The key is named, never printed. */
export function curlSnippet(origin: string): string {
  return `curl ${origin}/api/metrics \\
  -H "X-API-Key: $MONLIGHT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '[
    {
      "name": "http_requests_total", "type": "counter", "value": 1, "project": "my-app",
      "labels": {"method": "GET", "endpoint": "/cart", "status": "200"}
    },
    {
      "name": "http_request_duration_seconds", "type": "histogram", "value": 0.034,
      "project": "my-app",
      "labels": {"method": "GET", "endpoint": "/cart", "status": "200"}
    }
  ]'`;
}

export function pythonSnippet(origin: string): string {
  return `# pip install 'monlight[fastapi]'
import os
from monlight.integrations.fastapi import setup_monlight

setup_monlight(
    app,
    metrics_collector_url="${origin}",
    api_key=os.environ["MONLIGHT_API_KEY"],
    project="my-app",
)`;
}
