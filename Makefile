# make demo   sets up what is missing, builds, and shows the main job on real text
# make test   sets up what is missing, builds, and runs all tests
# make help   lists the rest; make test-long runs what takes too long for every day

SHELL := /bin/bash
PYTHON ?= python3
CACHE ?= $(HOME)/.cache/tenor
BASE ?= Models/english
DEMO ?= $(CACHE)/demo
TENOR := .build/release/tenor
# The program gets the command `serve`, for which SwiftNIO is fetched.
export TENOR_SERVER := 1
# make base MODEL=DIR moves a BERT-shaped English model onto the vocabulary of the default base, into $(MOVED)
MODEL ?=
MOVED ?= $(CACHE)/base-english-16k
# make base LARGE=1 makes the large base, all-mpnet-base-v2, in $(CACHE)
LARGE ?=

.PHONY: tree install uninstall deb tarball wheel test-packages
.PHONY: help demo test test-long test-debug reliability sanitize setup build base benchmark interop fuzz docs format lint clean

help:
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

setup: ## install the system libraries that are missing
	@Scripts/setup

build: setup ## build the program, optimized
	swift build -c release --product tenor

base: build ## make another base: all-MiniLM-L6-v2, from which the default base was taught; with LARGE=1 the large one; with MODEL=DIR your own
	@CACHE="$(CACHE)" BASE="$(MOVED)" TENOR="$(TENOR)" PYTHON="$(PYTHON)" $(if $(LARGE),Scripts/base-large,Scripts/base "$(MODEL)")

demo: build ## tune, evaluate and classify on the project's own corpora
	@TENOR="$(TENOR)" BASE="$(BASE)" DEMO="$(DEMO)" Scripts/demo

# In debug builds the C kernels stay optimized, or their tests would take hours.
DEBUG := --build-tests -Xcc -O2

test: setup ## run all tests (those of the real MiniLM need `make base` once before, and say so where it is missing)
	swift build -c release --build-tests
	TENOR_INSTRUCTIONS=avx2 swift test -c release --skip-build --filter LayersTests
	TENOR_MINILM="$(CACHE)/all-minilm-l6-v2" swift test -c release --skip-build
	swift build $(DEBUG)
	swift test --skip-build --filter PolicyTests

test-debug: setup ## run all tests in a debug build, in which assertions are checked
	swift build $(DEBUG)
	TENOR_MINILM="$(CACHE)/all-minilm-l6-v2" swift test --skip-build

# Builds of their own, a gigabyte each. Swift's runtime keeps some memory for good, so leaks are not looked for.
SANITIZED ?= .build/sanitized
sanitize: export ASAN_OPTIONS := detect_leaks=0:suppressions=$(CURDIR)/Tests/address-sanitizer.txt
# Tests of limits of memory and time leave themselves out.
sanitize: export TENOR_SANITIZED := 1
sanitize: export TSAN_OPTIONS := suppressions=$(CURDIR)/Tests/thread-sanitizer.txt

sanitize: setup ## run all tests under AddressSanitizer, in debug and in release, and under ThreadSanitizer
	swift build $(DEBUG) --sanitize=address --scratch-path $(SANITIZED)/address
	swift test --skip-build --sanitize=address --scratch-path $(SANITIZED)/address
	swift build -c release --build-tests --sanitize=address --scratch-path $(SANITIZED)/address
	swift test -c release --skip-build --sanitize=address --scratch-path $(SANITIZED)/address
	swift build -c release --build-tests --sanitize=thread --scratch-path $(SANITIZED)/thread
	swift test -c release --skip-build --sanitize=thread --scratch-path $(SANITIZED)/thread

test-long: test-debug sanitize reliability test-packages ## what takes too long for `make test`

# Options of the campaign, for a part of it: make reliability CAMPAIGN="--quick"
CAMPAIGN ?=

reliability: build ## kill, starve and crowd the program some thousand times, up to 40 minutes: nothing lost, nothing left behind
	@Scripts/setup strace
	TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo /tmp) "$(PYTHON)" Tests/Reliability/campaign.py "$(TENOR)" $(CAMPAIGN)

# Options of Benchmarks/run.py, for a part of it or texts of one's own: make benchmark OPTIONS="--quick --short FILE --long FILE"
OPTIONS ?= --output Benchmarks/RESULTS.md

benchmark: base ## time program and layers beside PyTorch, ONNX Runtime and OpenVINO, half an hour (installs them into the cache)
	swift build -c release --product TenorLayerBenchmarks
	python=$$(CACHE="$(CACHE)" PYTHON="$(PYTHON)" Benchmarks/setup) && CACHE="$(CACHE)" "$$python" Benchmarks/run.py $(OPTIONS)

# An interpreter with transformers 5; PYTHON needs the packages of Tests/Fixtures/requirements.txt.
PYTHON5 ?= python3

interop: build ## exchange folders with transformers 4 and 5 and sentence-transformers, every family, and damaged tables with Python (needs packages)
	"$(PYTHON)" Tests/Interop/tables.py "$(TENOR)"
	"$(PYTHON)" Tests/Interop/families.py "$(TENOR)"
	work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && for python in "$(PYTHON)" "$(PYTHON5)"; do \
	    "$$python" Tests/Interop/versions.py "$(TENOR)" "$$work" default "$(BASE)" Corpora/reviews/train.csv && \
	    "$$python" Tests/Interop/versions.py "$(TENOR)" "$$work" save || exit; \
	done && for python in "$(PYTHON)" "$(PYTHON5)"; do \
	    "$$python" Tests/Interop/versions.py "$(TENOR)" "$$work" open || exit; \
	done

fuzz: setup ## 100,000 damaged files of each kind that a model folder has, no crash allowed; then libFuzzer for a minute
	swift build -c release --build-tests
	TENOR_FUZZ_RUNS=100000 TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo /tmp) swift test -c release --skip-build --filter Mutation
	Tests/Fuzz/run

docs: setup ## build the library's documentation into .build/documentation
	TENOR_DOCUMENTATION=1 swift package --scratch-path .build/docc --allow-writing-to-directory .build/documentation \
	    generate-documentation --target Tenor --output-path .build/documentation --warnings-as-errors

lint: ## check the formatting
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Examples Benchmarks

format: ## format the sources
	swift format --in-place --recursive --parallel Package.swift Sources Tests Examples Benchmarks

# Packages for those who have no Swift toolchain: the program with Swift's runtime linked into it, in a build folder of its own.
PREFIX ?= /usr/local
DESTDIR ?=
PACKAGES ?= .build/packages
TREE := .build/tree
# The time that is written into packages, so that the same sources give the same bytes.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)

tree: setup
	@Scripts/setup binutils icu-devtools
	swift build -c release --product tenor --static-swift-stdlib --scratch-path .build/package
	@PYTHON="$(PYTHON)" Scripts/packaging/tree .build/package/release/tenor .build/package/checkouts $(TREE)

install: tree ## install the program, manual pages and completions below PREFIX (/usr/local), with sudo where it needs to be
	@Scripts/packaging/install $(TREE) "$(DESTDIR)$(PREFIX)"

uninstall: ## remove what `make install` installed
	@Scripts/packaging/install --remove "$(DESTDIR)$(PREFIX)"

deb: tree ## build a Debian package
	@Scripts/setup dpkg-dev
	@Scripts/packaging/deb $(TREE) $(PACKAGES)

tarball: tree ## build an archive for other systems, with the libraries that the program needs
	@Scripts/setup patchelf
	@Scripts/packaging/tarball $(TREE) $(PACKAGES)

wheel: tree ## build a wheel for Python: the program and the module of Integrations/python
	@Scripts/setup patchelf
	@"$(PYTHON)" Scripts/packaging/wheel.py $(TREE) $(PACKAGES)

test-packages: build deb tarball wheel ## try all packages in a fresh Debian, as root (downloads 60 MB)
	@Scripts/setup debootstrap mandoc groff python3-venv
	$(TENOR) tune Corpora/tickets/train.csv --model "$(BASE)" --unfreeze none --output $(PACKAGES)/model --force
	Tests/Packages/run $(TREE) $(PACKAGES) $(PACKAGES)/model

clean: ## remove what was built
	rm -rf .build
