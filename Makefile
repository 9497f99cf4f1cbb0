# make paper   run every notebook on the embedded dark clips and build the book
# make check   run the library's own checks, in about two minutes
# make test    run every check
# make bench   time ours against others', as ratios
# All set up .venv from requirements.lock first, and paper and test MoveNet's weights.
# See README.md.

# The first suitable interpreter; `make paper PYTHON=/path/to/python` overrides.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
  && { echo $$p; break; }; done)
BIN := .venv/bin
READY := .venv/.ready
JOINTS := $(or $(DARKHAR_CACHE),.cache)/.joints
UV := $(BIN)/uv

# TensorFlow's start-up notices are of no use here; errors still come through.
export TF_CPP_MIN_LOG_LEVEL ?= 3

# Files of tests side by side, in the order of conftest.py.
BESIDE := --numprocesses 2 --dist loadfile --no-loadscope-reorder

# Where they cannot be had, a line says so and how to get them later, and all goes on.
FETCH := $(BIN)/darkhar weights fetch movenet_lightning 2>&1 >/dev/null \
  | sed 's/^error:/Going on without the joints:/' >&2

.PHONY: paper check test bench setup notebooks lock clean

paper: $(JOINTS)
	@$(BIN)/darkhar run
	@$(BIN)/darkhar book

check: $(READY)
	@$(BIN)/python -m pytest tests $(BESIDE) \
	  -m "not (notebooks or books or weights or kernels or slow)"

test: $(JOINTS)
	@$(BIN)/python -m pytest $(BESIDE)

bench: $(JOINTS)
	@$(BIN)/python -m benchmarks

# Asks for weights that are missing each time; the others ask once.
setup: $(READY)
	@$(FETCH)

# Executes the notebooks with the demo's parameters and stores their outputs.
notebooks: $(JOINTS)
	@$(BIN)/darkhar run
	@$(BIN)/darkhar refresh

$(READY): requirements.lock pyproject.toml
	@$(if $(PYTHON),true,echo "Python 3.11, 3.12 or 3.13 is needed and none was found on PATH." \
	  "Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 2)
	@$(PYTHON) -c 'import sys; v = sys.version_info; \
	  sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11, 3.12 or 3.13 is needed; " \
	  "$(PYTHON) is %d.%d. Name another: make $(MAKECMDGOALS) PYTHON=/path/to/python" % v[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments (on Debian: apt install python3-venv)." >&2; exit 2; }
	@echo "Setting up .venv (3.6 GB on disk, once) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(JOINTS): | $(READY)
	@$(FETCH)
	@mkdir -p $(@D) && touch $@

# Renews requirements.lock for Python 3.11 to 3.13 after a change of requirements*.txt.
lock: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url \
	  --custom-compile-command 'make lock' requirements.txt requirements-paper.txt \
	  requirements-openvino.txt --output-file requirements.lock

clean:
	rm -rf _build runs sweeps .cache
