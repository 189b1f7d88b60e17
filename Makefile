# The same lines as README.md and .ci/run; tests/test_documentation.py holds them together.
.PHONY: demo test slow check

demo:
	python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/hybrid-logo classify examples/logos

test:
	python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev,train]' && .venv/bin/python -m pytest -m "not slow"

# After `make test`, which installs what slow and check need.
slow:
	.venv/bin/python -m pytest -m slow

check:
	.venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/hybrid-logo benchmark --check-figures
