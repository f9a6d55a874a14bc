# PostgreSQL, as Debian has it.
title=PostgreSQL
agent=postgresql
directory=pgdata
binary=bindir
described_by_pcs="pgdata (required)"
described_by_crmsh="pgdata*"

find_server() {
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
  [ -n "$bin" ]
}

make_database() {
  local data=$work/db/data
  install -d -o postgres -g postgres -m 700 "$work/db"
  runuser -u postgres -- "$bin/initdb" -D "$data" -A peer >/dev/null
  printf "port = 15999\nunix_socket_directories = '%s'\nlisten_addresses = ''\n" "$work/db" >>"$data/postgresql.conf"
  parameters=("pgdata=$data")
  configuration=("$data/postgresql.conf" "$data/pg_hba.conf" "$data/pg_ident.conf")
}

database_checks() {
  check "a missing pgdata is a wrong configuration" exits 6 $installed monitor
  check "a missing pgdata does not break stop" $installed stop
}
