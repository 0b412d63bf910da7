# Everything a contributor needs, from a machine that has Python 3.11 or newer, a C compiler and make.
# `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.beskid-environment
CROSS_STAMP := $(VENV)/.beskid-cross
# One more than two cores: many tests wait for the programs that they start.
WORKERS ?= 3
PYTEST_ARGUMENTS ?=
C_SOURCES = $(shell find runtime launcher -name "*.[ch]")
EXAMPLE := examples/word_frequencies.bd
EXAMPLE_INPUT := examples/data/text.txt

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

$(STAMP): pyproject.toml tools/environment.py tools/constraints.txt hatch_build.py
	@$(PYTHON) tools/environment.py $(VENV)

$(CROSS_STAMP): $(STAMP)
	@$(PYTHON) tools/environment.py $(VENV) cross

.PHONY: venv
venv: $(STAMP) bytecode ## create the Python environment with everything that the tests need

# Tests start the compiler thousands of times, and compiling its modules takes most of a start. Python writes the bytecode
# only where it may, and not with PYTHONDONTWRITEBYTECODE.
.PHONY: bytecode
bytecode: $(STAMP)
	@$(BIN)/python -m compileall -q src tests tools bench

.PHONY: runtime
runtime: $(STAMP) ## build the native runtime for this machine, and for others after make sysroots
	@$(BIN)/python tools/build_runtime.py --available

.PHONY: sysroots
sysroots: $(CROSS_STAMP) ## prepare runtimes and C libraries for other machines
	@$(BIN)/python tools/build_runtime.py --all
	@$(BIN)/python tools/sysroots.py

.PHONY: demo
demo: runtime ## run an example by JIT, build it, run the executable, compare the outputs
	@$(BIN)/python tools/demo.py $(EXAMPLE) $(EXAMPLE_INPUT)

.PHONY: playground
playground: $(STAMP) ## build the playground into build/site/play; needs Node.js
	@$(BIN)/python -m tools.playground

.PHONY: site
site: $(STAMP) ## build the documentation and the playground into build/site; needs Node.js
	@$(BIN)/python -m tools.site

.PHONY: test
test: runtime sysroots bytecode ## run all tests
	@$(PYTHON) tools/system_packages.py
	@$(PYTHON) -m tools.node_packages
	@BESKID_CROSS_PREPARED=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGUMENTS)

.PHONY: vsix
vsix: ## pack the extension for Visual Studio Code
	@$(PYTHON) -m tools.vsix beskid.vsix

.PHONY: lint
lint: $(STAMP) ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/clang-format --dry-run -Werror $(C_SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(STAMP) ## format all Python and C sources
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/clang-format -i $(C_SOURCES)

.PHONY: constraints
constraints: $(STAMP) ## update the pinned versions of the development tools
	@$(BIN)/python -m tools.renew_constraints

.PHONY: check-all
check-all: runtime ## run the long checks with fresh seeds, within BUDGET minutes (90)
	@$(PYTHON) tools/system_packages.py
	@$(BIN)/python tools/check_all.py --budget $(or $(BUDGET),90) --workers $(WORKERS) $(if $(SEED),--seed $(SEED)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(TESTS),--tests $(TESTS))

.PHONY: cross
cross: runtime sysroots ## run all programs of tests/lang for every machine that has an emulator, also under stress
	@$(PYTHON) tools/system_packages.py
	@$(PYTHON) tools/machine_root.py
	@BESKID_CROSS_PREPARED=1 BESKID_CROSS=stress $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/cross tests/packaging $(PYTEST_ARGUMENTS)

.PHONY: faults
faults: runtime ## fail every system call of every command, and kill commands at 500 random moments
	@BESKID_FAULTS=all $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/faults $(PYTEST_ARGUMENTS)

.PHONY: fuzz
fuzz: runtime ## run the compiler on COUNT (10000) mutated inputs of each KIND, drawn from SEED (1)
	@for kind in $(or $(KIND),$$($(BIN)/python -c "from tools.fuzz.kinds import KINDS; print(*KINDS)")); do \
		$(BIN)/python -m tools.fuzz $$kind --count $(or $(COUNT),10000) --seed $(or $(SEED),1) \
			--jobs $(WORKERS) || exit 1; \
	done

.PHONY: mutants
mutants: runtime ## mutate the sources for BUDGET minutes (30), and list the mutants that no test detects
	@$(BIN)/python -m tools.mutants --budget $(or $(BUDGET),30) $(if $(SEED),--seed $(SEED)) $(if $(ROOMS),--rooms $(ROOMS))

.PHONY: museum
museum: runtime ## keep files of the current level of the contract, for the tests of later levels
	@$(BIN)/python tools/museum.py

.PHONY: generate
generate: $(STAMP) ## rewrite the generated files
	$(BIN)/python -m beskid.abi.generate
	$(BIN)/python -m beskid.lower.pipeline > docs/internals/passes.md
	$(BIN)/python -m beskid.cli.reference > docs/reference/cli.md
	$(BIN)/python -m tools.launcher_variables > launcher/src/variables.h
	$(BIN)/python -m beskid.cli.environment > docs/reference/environment.md
	$(BIN)/python -m beskid.driver.target_page > docs/reference/targets.md
	$(BIN)/python -m beskid.driver.explanations
	$(BIN)/python -m tools.grammars

.PHONY: bless
bless: runtime ## rewrite the expectations of the suites; review the difference
	@$(BIN)/python -m pytest --bless $(PYTEST_ARGUMENTS)

.PHONY: bench
bench: runtime ## compare programs and latencies with the other compilers on this machine
	@$(BIN)/python bench/run.py

.PHONY: bench-compare
bench-compare: runtime ## compare the programs with revision REV, and fail where one is slower than THRESHOLD (1.1)
	@$(BIN)/python bench/compare.py $(REV) --threshold $(or $(THRESHOLD),1.1)

.PHONY: wheel
wheel: $(STAMP) ## build the wheel, with the runtime
	@$(BIN)/python -m build --wheel

.PHONY: wheel-compiled
wheel-compiled: $(STAMP) ## build the wheel for this version of CPython, with the front end compiled to machine code
	@BESKID_COMPILED=1 $(BIN)/python -m build --wheel

.PHONY: wheels
wheels: $(CROSS_STAMP) ## build the wheels of compiler and runtime for two machines, and that of the C libraries
	@$(BIN)/python tools/sysroots.py --out packaging/sysroots/beskid_sysroots
	@BESKID_TARGETS=all $(BIN)/python -m build --wheel --no-isolation
	@BESKID_TARGETS=all BESKID_MACHINE=aarch64-linux-gnu $(BIN)/python -m build --wheel --no-isolation
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist packaging/runtime
	@BESKID_MACHINE=aarch64-linux-gnu $(BIN)/python -m build --wheel --no-isolation --outdir dist packaging/runtime
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist packaging/sysroots

.PHONY: clean
clean: ## remove what was built, except the environment
	rm -rf packaging/sysroots/beskid_sysroots/*/ packaging/sysroots/beskid_sysroots/LICENSE.*
	rm -rf build dist obj src/beskid/_runtime src/beskid/_corelib src/beskid/_diagnostics src/beskid/_page bench/results
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './$(VENV)/*' -type d -prune -exec rm -rf {} +
