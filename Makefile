# Chiso. `make` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GOLANGCI_VERSION := v2.15.0
GOLANGCI := .cache/bin/golangci-lint-$(GOLANGCI_VERSION)
ASSETS := static/dist/manifest.json
NODE_MODULES := static/node_modules/.chiso-stamp
# Folders are listed with their files, so that a deleted file makes the program stale too.
SOURCES := $(shell find cmd internal templates seed -name '*_test.go' -prune -o -name testdata -prune -o -print 2>/dev/null) static/static.go
TESTFLAGS ?= -timeout 30m
# What git says of the sources; a build without git names it: make VERSION=1.2.3
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)

export CGO_ENABLED ?= 0

.PHONY: help build run deps assets test race lint bench fuzz pin clean

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

build: bin/chiso ## build bin/chiso: one static binary with pages, assets, catalogues and time zones

bin/chiso: $(ASSETS) $(SOURCES) go.mod go.sum
	go build -trimpath -ldflags="-X main.version=$(VERSION)" -o $@ ./cmd/chiso
	@touch $@

run: export CHISO_DATA ?= data
run: bin/chiso ## create the database, load catalogues and sample figures, serve on http://localhost:8080
	@mkdir -p "$$CHISO_DATA"
	bin/chiso migrate
	bin/chiso seed
	bin/chiso seed --sample-accounts
	exec bin/chiso serve

deps: ## install what the tests need (PostgreSQL, Chromium, fonts, gcc), or print the apt line
	@scripts/deps.sh

assets: $(ASSETS) ## build the browser assets into static/dist

$(NODE_MODULES): static/package.json static/package-lock.json static/.npmrc
	cd static && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(ASSETS): $(NODE_MODULES) static/build.mjs $(wildcard static/js/*.js static/css/*.css static/img/*)
	cd static && node build.mjs

test: $(ASSETS) ## vet and run every test: SQLite, PostgreSQL and a real browser
	@scripts/deps.sh --quiet || { [[ "$${CI:-}" != true ]] || exit 1; echo 'make test: going on; tests that need what is missing are skipped' >&2; }
	go vet ./...
	go run ./internal/testing/count $(TESTFLAGS) ./...

RACE := $(wildcard internal/web internal/app internal/job internal/bench)
race: $(ASSETS) ## run the tests of the concurrent rooms under the race detector (needs gcc)
	$(if $(RACE),CGO_ENABLED=1 go run ./internal/testing/count -race $(TESTFLAGS) $(RACE:%=./%/...),@echo 'no such room yet')

lint: $(GOLANGCI) ## check style, bugs and the import rules
	@test -z "$$(gofmt -l cmd internal static templates seed 2>/dev/null | tee /dev/stderr)" || { echo 'make lint: run gofmt -w on these files' >&2; exit 1; }
	$(GOLANGCI) run ./...

$(GOLANGCI):
	GOBIN="$(CURDIR)/.cache/bin" GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv .cache/bin/golangci-lint $@

bench: $(ASSETS) ## print the budgets of docs/design.md §8 as ratios to a floor of the same run
	go run ./internal/bench

FUZZTIME ?= 30s
fuzz: ## fuzz every target for FUZZTIME; little time goes to making what was found smaller
	@grep -rHoE '^func Fuzz[A-Za-z]+' --include='*_test.go' internal | sed 's|/[^/]*:func | |' | while read -r room target; do \
		go test "./$$room" -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x || exit 1; done

pin: ## ask the registry for the digests of the images and write them into Dockerfile and docker-compose.yml (needs docker and the Internet)
	@scripts/pin.sh

clean: ## remove what was built; data/ stays
	rm -rf bin .cache static/node_modules
	find static/dist -mindepth 1 ! -name .gitkeep -delete
