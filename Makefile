# make help lists the targets.
SHELL := /bin/sh
PREFIX ?= /usr/local
DESTDIR ?=
node := node_modules/.bin/node
# Of packaging/debian-packages; an image server needs none of those for demo and tests.
names := sed -n 's/^\([a-z][a-z0-9.+-]*\).*/\1/p'
packages := $(shell sed '/^\# --- make kernel/,$$d' packaging/debian-packages | $(names))
server-packages := $(shell sed '/^\# --- demo/,$$d' packaging/debian-packages | $(names))
kernel-packages := $(shell sed '1,/^\# --- make kernel/d; /^\# --- arm64/,$$d' packaging/debian-packages | $(names))
arm64-packages := $(shell sed '1,/^\# --- arm64/d' packaging/debian-packages | $(names))
lib := $(DESTDIR)$(PREFIX)/lib/systemimager
share := $(DESTDIR)$(PREFIX)/share
shipped := package.json package-lock.json .npmrc tsconfig.json common machine install builder runtime client server vm cli templates \
	kernel-config busybox-config syslinux packaging bin

define install-missing
	@missing=$$(for p in $(1); do dpkg-query -W -f '$${db:Status-Abbrev}' $$p 2>/dev/null | grep -q '^ii' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		echo "installing" $$missing; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi
endef

.DEFAULT_GOAL := help
.PHONY: help setup kernel demo demo-full test test-all check fuzz bench install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: node_modules/.setup ## install what this needs: Debian packages and npm packages
node_modules/.setup: package-lock.json packaging/debian-packages
	$(call install-missing,$(packages))
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

kernel: setup ## compile a kernel without modules out of Debian's source, for build boot --kernel source
	$(call install-missing,$(kernel-packages))
	@bin/systemimager build kernel

demo: setup ## two blank machines install themselves over the network, BIOS and UEFI, while you watch
	@$(node) test/demo/main.ts

demo-full: setup ## the whole story: a running golden client is captured, and two blank machines become others like it
	@$(node) test/demo/main.ts --full

test: setup ## types, lint, format, unit tests and a slice of the boot tests
	@$(node) test/check.ts types lint format
	@$(node) test/run.ts

test-all: setup kernel ## every boot test
	$(call install-missing,$(arm64-packages))
	@$(node) test/run.ts --all

check: setup ## types, lint, format, dead code, unit tests
	@npm run -s check

fuzz: setup ## broken inputs for every parser: up to a hundred thousand each, at most 30 s each
	@$(node) test/fuzz/main.ts

bench: setup ## figures, as ratios to other tools
	@$(node) bench/main.ts

install: ## put the program, its links, manual, units and examples below DESTDIR/PREFIX
	$(call install-missing,$(server-packages))
	rm -rf $(lib)
	install -d $(lib) $(DESTDIR)$(PREFIX)/bin $(share)/doc/systemimager $(share)/man/man8 $(share)/bash-completion/completions
	tar -c --exclude='*.test.ts' --owner=root --group=root --mode=u=rwX,go=rX $(shipped) | tar -x -C $(lib)
	cd $(lib) && umask 022 && npm ci --omit=dev --no-audit --no-fund --loglevel=error
	for name in bin/*; do ln -sfn ../lib/systemimager/$$name $(DESTDIR)$(PREFIX)/bin/; done
	$(DESTDIR)$(PREFIX)/bin/systemimager man $(share)/man/man8
	$(DESTDIR)$(PREFIX)/bin/systemimager completion $(share)/bash-completion/completions
	umask 022 && cp -r docs/examples docs/files.md docs/layout.md docs/dhcp.md docs/kernel.md docs/media.md docs/vm.md $(share)/doc/systemimager/
	install -d $(DESTDIR)/lib/systemd/system $(DESTDIR)/usr/lib/sysusers.d
	for unit in packaging/systemd/*.service; do \
		sed 's|/usr/local/bin/|$(PREFIX)/bin/|' $$unit | install -m 644 /dev/stdin $(DESTDIR)/lib/systemd/system/$${unit##*/}; \
	done
	install -m 644 packaging/sysusers.d/*.conf $(DESTDIR)/usr/lib/sysusers.d/
	if [ -z "$(DESTDIR)" ] && command -v systemd-sysusers >/dev/null; then systemd-sysusers systemimager.conf; fi

clean: ## remove what was built here; caches outside stay
	rm -rf build
