# Martlet: `make help` says what there is.
PREFIX ?= /usr
DESTDIR ?=
NODE ?= 1
CASES ?=
# postgresql, mysql or mariadb; what is left out is PostgreSQL, and for test-lab all of them
DB ?=
# chaos: how long or how often, the seed of an earlier run, and the agent's parameter
MINUTES ?=
ROUNDS ?=
SEED ?=
DURABILITY ?=

OCF_DIR = $(DESTDIR)$(PREFIX)/lib/ocf
BIN_DIR = $(DESTDIR)$(PREFIX)/bin
MAN_DIR = $(DESTDIR)$(PREFIX)/share/man/man7
MAN1_DIR = $(DESTDIR)$(PREFIX)/share/man/man1
# Where each shell looks for them by itself.
COMPLETIONS = bash:bash-completion/completions/martlet zsh:zsh/vendor-completions/_martlet fish:fish/vendor_completions.d/martlet.fish
DOC_DIR = $(DESTDIR)$(PREFIX)/share/doc/martlet
AGENTS = postgresql mysql
# Loading libstdc++ would be half of what meta-data costs. Swift asks for -lstdc++: in this directory there is only the
# archive, so that it becomes a part of the program.
STATIC = .build/static
RELEASE = -c release --static-swift-stdlib -Xlinker -s -Xlinker -L$(CURDIR)/$(STATIC)
LAB = Tests/Lab/lab
# What is shown does not touch the lab that somebody plays with.
CHAOS_LAB = $(LAB) --state /var/tmp/martlet-lab-chaos
DEMO_LAB = $(LAB) --state /var/tmp/martlet-lab-demo

.DEFAULT_GOAL = help
.PHONY: help deps build install uninstall lint test test-unit test-simulation simulate test-agreement test-connections test-python test-command test-examples \
	test-ocf test-cost test-lab test-chaos test-versions chaos demo lab lab-shell lab-down bench bench-failover bench-faults bench-rivals bench-many bench-quiet fuzz clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 16

deps: ## install what building and testing need, from Debian's packages; MySQL's in /var/cache/martlet
	@Tests/install-dependencies

build: ## build the agents and the command, for release
	@Tests/check-imports
	@mkdir -p $(STATIC) && ln -sf "$$($(CC) -print-file-name=libstdc++.a)" $(STATIC)/
	swift build $(RELEASE)
	@install -d ocf/resource.d/martlet
	@for agent in $(AGENTS); do \
	  install -m 755 .build/release/$$agent-agent ocf/resource.d/martlet/$$agent; done
	@install -d .build/man
	@for agent in $(AGENTS); do .build/release/martlet manual $$agent >.build/man/ocf_martlet_$$agent.7 || exit 1; done
	@.build/release/martlet manual command >.build/man/martlet.1
	@install -d .build/completions
	@for shell in bash zsh fish; do .build/release/martlet --generate-completion-script $$shell >.build/completions/$$shell || exit 1; done

install: ## install under PREFIX (/usr) and DESTDIR what `make build` built
	@test -x ocf/resource.d/martlet/postgresql || { echo "make install: nothing is built; needs: make build" >&2; exit 1; }
	install -d $(OCF_DIR)/resource.d/martlet $(BIN_DIR) $(MAN_DIR) $(MAN1_DIR)
	for agent in $(AGENTS); do \
	  install -m 755 ocf/resource.d/martlet/$$agent $(OCF_DIR)/resource.d/martlet/$$agent; done
	install -m 755 .build/release/martlet $(BIN_DIR)/martlet
	for agent in $(AGENTS); do \
	  install -m 644 .build/man/ocf_martlet_$$agent.7 $(MAN_DIR)/ocf_martlet_$$agent.7; done
	install -m 644 .build/man/martlet.1 $(MAN1_DIR)/martlet.1
	for place in $(COMPLETIONS); do \
	  install -D -m 644 .build/completions/$${place%%:*} $(DESTDIR)$(PREFIX)/share/$${place#*:} || exit 1; done
	install -d $(DOC_DIR)/crm-examples
	install -m 644 docs/mysql.md docs/durability.md docs/status.schema.json $(DOC_DIR)/
	install -m 644 crm-examples/* $(DOC_DIR)/crm-examples/

uninstall: ## remove what `make install` installed
	for agent in $(AGENTS); do rm -f $(OCF_DIR)/resource.d/martlet/$$agent $(MAN_DIR)/ocf_martlet_$$agent.7; done
	@rmdir $(OCF_DIR)/resource.d/martlet 2>/dev/null || true
	for place in $(COMPLETIONS); do rm -f $(DESTDIR)$(PREFIX)/share/$${place#*:}; done
	rm -f $(BIN_DIR)/martlet $(MAN1_DIR)/martlet.1 $(DOC_DIR)/mysql.md $(DOC_DIR)/durability.md $(DOC_DIR)/status.schema.json
	for example in crm-examples/*; do rm -f $(DOC_DIR)/$$example; done
	@rmdir $(DOC_DIR)/crm-examples $(DOC_DIR) 2>/dev/null || true

lint: ## formatting, and which module may import what
	swift format lint --strict -r Sources Tests Package.swift
	Tests/check-imports

test: deps lint build test-unit test-simulation test-agreement test-connections test-python test-command test-examples test-ocf test-cost test-lab test-chaos ## everything that CI runs
	@echo "make test: everything passed"

test-unit: ## rules, parsers and messages; neither root nor servers
	swift test --disable-xctest

test-simulation: build ## ten thousand random failure schedules through the rules, and that broken rules are caught
	.build/release/simulation --schedules 10000

simulate: build ## the same with SCHEDULES (a million) from SEED on; one that failed again: .build/release/simulation --replay NUMBER
	.build/release/simulation --schedules $(or $(SCHEDULES),1000000) --seed $(or $(SEED),1)

test-agreement: ## GTIDs: the agent's arithmetic, judged by a MySQL and a MariaDB server
	Tests/GTIDAgreement/run

test-connections: ## connections and replication, with and without TLS, to real MySQL and MariaDB servers
	Tests/Connections/run

test-python: ## the lab's own judgement
	/usr/bin/python3 -B -m unittest discover -s Tests/Lab
	/usr/bin/python3 -B -m unittest discover -s Tests/Benchmarks
	$(LAB) list >/dev/null

test-command: build ## what `martlet replay` and `status --json` print
	/usr/bin/python3 -B -m unittest discover -s Tests/Command

test-examples: ## crm-examples/, judged by crm_verify and crm_simulate
	Tests/with-agent Tests/Examples/check

test-ocf: ## ocf-tester and the packagers' tools, with real servers
	Tests/OCFTester/run

test-cost: ## instructions, memory and processes of meta-data and monitor
	Tests/Benchmarks/instructions

test-versions: ## PostgreSQL 13 to 18, with servers from Python packages: four minutes
	Tests/Versions/run

test-lab: ## a real cluster: every case, or CASES="name name"; with DB=mysql only that database
	@Tests/labs run $(or $(DB),postgresql mysql mariadb) -- $(CASES)

test-chaos: ## ten rounds of chaos with each database: ROUNDS=3 SEED=n; with DB=mysql only that
	@Tests/labs chaos $(or $(DB),postgresql mysql mariadb) -- --rounds $(or $(ROUNDS),10) --seed $(or $(SEED),11) \
	  $(if $(DURABILITY),--durability $(DURABILITY))

chaos: deps build ## faults at random, for an hour: MINUTES=60 DB=mysql; SEED=n ROUNDS=n plays them again; DURABILITY=strict
	$(CHAOS_LAB) --db $(or $(DB),postgresql) chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(DURABILITY),--durability $(DURABILITY))

demo: deps build ## a cluster loses its primary while a client writes: three minutes; DB=mysql
	$(DEMO_LAB) --db $(or $(DB),postgresql) demo

lab: deps build ## bring a three-node cluster up, to play with; DB=mysql
	$(LAB) --db $(or $(DB),postgresql) up

lab-shell: ## a shell in a node of it: NODE=2
	$(LAB) shell $(NODE)

lab-down: ## remove it
	$(LAB) down

bench: deps build ## one steady monitor beside those of PAF, heartbeat:pgsql and heartbeat:mariadb; with DB=mariadb only that
	set -e; for db in $(or $(DB),postgresql mariadb); do Tests/Benchmarks/monitors --db $$db; done

bench-failover: deps build ## how long a client waits after kill -9 of the primary's server, beside the same agents; DB=mariadb
	Tests/Benchmarks/failover --db $(or $(DB),postgresql)

bench-faults: deps build ## what becomes of a cluster in one fault after the other, beside the same agents, for most of an hour; DB=mariadb
	Tests/Benchmarks/faults --db $(or $(DB),postgresql) $(if $(RUNS),--runs $(RUNS)) $(if $(ONLY),--only "$(ONLY)")

bench-rivals: deps build ## five faults, five times each, beside the same agents, for two hours: a table and .build/rivals.svg; DB=mariadb, RUNS=5
	Tests/Benchmarks/rivals $(if $(DB),--db $(DB)) $(if $(RUNS),--runs $(RUNS))

bench-many: deps build ## what 1, 5, 10 and 20 databases on three nodes cost, and how long they take after a loss of power, beside PAF
	Tests/Benchmarks/many $(if $(SIZES),--sizes $(SIZES))

bench-quiet: deps build ## an hour in which nothing fails, and nothing may be done; LOAD=yes at the machine's limit, DB=mysql, MINUTES=60
	Tests/Benchmarks/quiet --db $(or $(DB),postgresql) --minutes $(or $(MINUTES),60) $(if $(LOAD),--load)

fuzz: ## the readers of the CIB and of GTIDs, for a minute each
	Tests/Fuzz/run 60

clean: ## remove what was built
	rm -rf .build ocf/resource.d
