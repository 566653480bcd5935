# make help lists the targets.
SHELL := /bin/sh
PREFIX ?= /usr/local
DESTDIR ?=
node := node_modules/.bin/node
packages := $(shell sed -n 's/^\([a-z][a-z0-9.+-]*\).*/\1/p' packaging/debian-packages)
shipped := package.json package-lock.json .npmrc tsconfig.json common machine install builder runtime client server cli templates \
	kernel-config busybox-config packaging bin

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-full test test-all check bench install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: node_modules/.setup ## install what this needs: Debian packages and npm packages
node_modules/.setup: package-lock.json packaging/debian-packages
	@missing=$$(for p in $(packages); do dpkg-query -W -f '$${db:Status-Abbrev}' $$p 2>/dev/null | grep -q '^ii' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		echo "installing" $$missing; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: setup ## two blank machines install themselves over the network, BIOS and UEFI, while you watch
	@$(node) test/demo/main.ts

demo-full: setup ## the whole story: a running golden client is captured, and two blank machines become others like it
	@$(node) test/demo/main.ts --full

test: setup ## types, lint, format, unit tests and a slice of the boot tests
	@$(node) test/check.ts types lint format
	@$(node) test/run.ts

test-all: setup ## every boot test
	@$(node) test/run.ts --all

check: setup ## types, lint, format, dead code, unit tests
	@npm run -s check

bench: setup ## figures, as ratios to other tools
	@$(node) bench/main.ts

install: setup ## put the program, its links, manual, units and examples below DESTDIR/PREFIX
	install -d $(DESTDIR)$(PREFIX)/lib/systemimager $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/systemimager
	tar -c --exclude='*.test.ts' $(shipped) | tar -x -C $(DESTDIR)$(PREFIX)/lib/systemimager
	cd $(DESTDIR)$(PREFIX)/lib/systemimager && npm ci --omit=dev --no-audit --no-fund --loglevel=error
	for name in bin/*; do ln -sfn ../lib/systemimager/$$name $(DESTDIR)$(PREFIX)/bin/; done
	install -d $(DESTDIR)$(PREFIX)/share/man/man8 $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	bin/systemimager man $(DESTDIR)$(PREFIX)/share/man/man8
	bin/systemimager completion $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	cp -r docs/examples docs/files.md docs/layout.md $(DESTDIR)$(PREFIX)/share/doc/systemimager/
	install -d $(DESTDIR)/lib/systemd/system
	install -m 644 packaging/systemd/*.service $(DESTDIR)/lib/systemd/system/
	install -d $(DESTDIR)/usr/lib/sysusers.d
	install -m 644 packaging/sysusers.d/*.conf $(DESTDIR)/usr/lib/sysusers.d/
	if [ -z "$(DESTDIR)" ] && command -v systemd-sysusers >/dev/null; then systemd-sysusers systemimager.conf; fi

clean: ## remove what was built here; caches outside stay
	rm -rf build
