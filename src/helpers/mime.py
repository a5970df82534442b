"""The type under which notebooks publish results for machines; the runner collects them into ``data/results/``."""

RESULT_MIME = "application/vnd.living-review.result+json"
