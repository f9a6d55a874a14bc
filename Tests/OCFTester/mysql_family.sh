# What MySQL and MariaDB have in common. The accounts and the settings are those of docs/mysql.md, word for word.
agent=mysql
directory=datadir
binary=binary
described_by_pcs=datadir
described_by_crmsh=datadir

page() { # page NAME: the block of docs/mysql.md that follows the mark NAME
  awk -v mark="<!-- test: $1 -->" '
    { sub(/^ +/, "") }
    $0 == mark { found = 1; next }
    found && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }' "$root/docs/mysql.md" | grep . || { echo "docs/mysql.md: there is no block $1" >&2; return 1; }
}

make_network() { # the one of the page's examples, on which nobody else is
  ip link set lo up
  ip addr add 192.0.2.1/24 dev lo
  hostname db1
  echo "192.0.2.1 db1" >"$work/hosts"
  mount --bind "$work/hosts" /etc/hosts
}

make_database() {
  db=$work/db
  data=$db/data
  make_network
  install -d -o mysql -g mysql -m 755 "$db"
  settings >"$db/my.cnf"
  page credentials >"$db/credentials.cnf"
  # Root reads no file for the agent where another user could put one.
  chown mysql: "$db/credentials.cnf"; chmod 600 "$db/credentials.cnf"
  initialize "$data" >"$work/made" 2>&1 || { cat "$work/made" >&2; return 1; }
  parameters=("datadir=$data" "binary=$server" "config_file=$db/my.cnf" "socket=$db/socket" "pid_file=$db/pid"
    "credentials_file=$db/credentials.cnf" "log_file=$db/log")
  configuration=("$db/my.cnf" "$db/credentials.cnf")
  serve
  page "$family accounts" | sql
  sql <<<"CREATE DATABASE d; CREATE TABLE d.t (id int PRIMARY KEY); CREATE USER app@localhost; GRANT ALL ON d.* TO app@localhost"
  end_server
}

settings() { # settings [BLOCK...]: those of the page, and what keeps the server small
  local block
  for block in settings "$@"; do page "$family $block"; done
  printf '%s\n' "${small[@]/#--/}"
}

serve() { # serve [OPTION...]: a server that the agent has not started
  (cd / && exec setsid runuser -u mysql -- "$server" "--defaults-file=$db/my.cnf" "--datadir=$data" "--socket=$db/socket" \
    "--pid-file=$db/pid" "--log-error=$db/log.err" "$@" </dev/null >/dev/null 2>&1) &
  for _ in $(seq 300); do
    ! sql <<<"SELECT 1" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  tail -5 "$db/log.err"
  return 1
}

end_server() {
  local pid
  pid=$(cat "$db/pid")
  kill "$pid"
  while [ -d "/proc/$pid" ]; do sleep 0.05; done
}

as_mysql() { runuser -u mysql -- "$@"; }

judge() { # judge [NAME=VALUE...]: what validate-all has to say of the running server
  OCF_CHECK_LEVEL=10 agent "$@" validate-all
}

writes() { # writes yes|no
  local said=yes
  sql --user=app <<<"DELETE FROM d.t" || said=no
  [ $said = "$1" ] || { echo "writes: $said instead of $1"; return 1; }
}

roles() {
  agent start; writes no; agent promote; writes yes; agent demote; writes no; agent stop
}

# A lock of an administrator's holds up read_only; the server goes on, and the lock does not.
demoted_in_spite_of_sessions() {
  local pid
  agent start; agent promote
  pid=$(cat "$db/pid")
  sql <<<"LOCK TABLES d.t WRITE; DO SLEEP(600)" & local administrator=$!
  until [ "$(sql <<<"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'")" = 1 ]; do sleep 0.1; done
  agent demote
  [ "$(cat "$db/pid")" = "$pid" ]
  ! wait $administrator
  writes no; agent stop
}

# Were the default taken instead of a directory that cannot be one, this would end another's server.
wrong_directory_ends_nobody() {
  mkdir -p /var/lib/mysql
  mount --bind "$data" /var/lib/mysql
  agent datadir=/var/lib/mysql start
  with datadir=data "socket=$db/socket" -- env OCF_RESOURCE_INSTANCE=other $installed stop
  exits 0 agent datadir=/var/lib/mysql monitor
  agent datadir=/var/lib/mysql stop
  umount --lazy /var/lib/mysql
}

nothing_is_wrong() {
  agent start; judge; agent promote; judge; agent demote; judge; agent stop
}

# Before the page's GRANT.
revoked() {
  page "$family revoke" >/dev/null 2>&1 || return 0
  serve
  sql <<<"GRANT ALL ON *.* TO mysql@localhost WITH GRANT OPTION"
  page "$family revoke" | sql
  says "GRANT USAGE ON *.*" sql <<<"SHOW GRANTS FOR mysql@localhost"
  page "$family accounts" | sed 's/CREATE USER repl/CREATE USER IF NOT EXISTS repl/' | sql
  judge
  end_server
}

each_privilege_is_named() {
  local privilege
  agent start; agent promote
  for privilege in "${privileges[@]}"; do
    sql <<<"REVOKE $privilege ON *.* FROM mysql@localhost"
    says "account mysql@localhost: lacks $privilege; needs GRANT $privilege ON *.* TO 'mysql'@'localhost'" judge
    sql <<<"GRANT $privilege ON *.* TO mysql@localhost"
  done
  judge; agent stop
}

each_setting_is_named() {
  local sentence
  serve "${wrong[@]}"
  judge >"$work/judged" 2>&1 || true
  end_server
  cat "$work/judged"
  for sentence in "${wrong_sentences[@]}"; do grep -qF "$sentence" "$work/judged" || { echo "not said: $sentence"; return 1; }; done
}

each_account_is_named() {
  agent start; agent promote
  sed 's/the password/another/' "$db/credentials.cnf" >"$db/wrong.cnf"; chown mysql: "$db/wrong.cnf"; chmod 600 "$db/wrong.cnf"
  says "replication account repl at db1:3306: Access denied" judge "credentials_file=$db/wrong.cnf"
  says "credentials_file $work/none: does not exist" judge "credentials_file=$work/none"
  sql <<<"REVOKE REPLICATION SLAVE ON *.* FROM repl@'192.0.2.%'"
  says "replication account repl: lacks REPLICATION SLAVE" judge
  sql <<<"GRANT REPLICATION SLAVE ON *.* TO repl@'192.0.2.%'; ALTER USER mysql@localhost ACCOUNT LOCK"
  says "the agent's login: " judge
  sql <<<"ALTER USER mysql@localhost ACCOUNT UNLOCK"
  judge; agent stop
}

what_was_not_looked_at_is_said() {
  says "nothing runs here: accounts and settings were not looked at" judge
  exits 0 judge
  says "credentials_file $work/none: does not exist" judge "credentials_file=$work/none"
  agent start
  says "the accounts and the settings are good" judge
  says "socket $work/none: " judge "socket=$work/none"
  says "this one listens on $db/socket" judge "socket=$work/none"
  # As Debian's installer writes it.
  echo "127.0.1.1 db1" >"$work/hosts"
  says "the replication account was not tried: db1 is 127.0.1.1 on this machine" judge
  exits 0 judge
  echo "192.0.2.1 db1" >"$work/hosts"
  agent stop
}

semi_sync() {
  local file=config_file=$db/semi-sync.cnf
  settings semi-sync >"$db/semi-sync.cnf"
  source_is() { [ "$(sql <<<"SELECT @@GLOBAL.$semi_sync_source")" = "$1" ]; }
  agent $file start; source_is 0; judge $file; agent $file promote; source_is 1; judge $file; agent $file demote; source_is 0
  agent $file stop
  # Its other half is forgotten.
  sed -i "/$semi_sync_replica/d; /_timeout/d" "$db/semi-sync.cnf"
  agent $file start; says "$semi_sync_replica OFF: the source side is on" judge $file
  says "10000: is the default" judge $file; agent $file stop
}

make_certificates() { # an authority, and db1's certificate
  (cd "$db" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca &&
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out request -subj /CN=db1 &&
    openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2 \
      -extfile <(printf 'subjectAltName=DNS:%s' "$1") && chown mysql: ./*.pem)
}

tls() {
  local file=config_file=$db/tls.cnf
  make_certificates db1
  { settings; printf "ssl_ca = $db/ca.pem\nssl_cert = $db/cert.pem\nssl_key = $db/key.pem\n"; } >"$db/tls.cnf"
  agent $file start; agent $file promote
  page tls | sql
  judge $file "ssl_ca=$db/ca.pem"
  cp "$db/ca.pem" "$db/old-ca.pem"
  make_certificates db1
  says "replication account repl at db1:3306: " judge $file "ssl_ca=$db/ca.pem"
  judge $file "ssl_ca=$db/old-ca.pem"
  agent $file stop; agent $file start
  judge $file "ssl_ca=$db/ca.pem"
  agent $file stop
  make_certificates elsewhere
  agent $file start
  says "replication account repl at db1:3306: " judge $file "ssl_ca=$db/ca.pem"
  agent $file promote; sql <<<"ALTER USER repl@'192.0.2.%' REQUIRE NONE"; agent $file stop
}

# The page's commands, word for word, in a shell in which the clients reach this server.
run_page() { (cd "$work" && clients && . <(page "$1")); }

has() { sql <<<"SELECT $1"; }

# What root was given in the meantime is a transaction of the new server's own; the accounts are those of the first.
loaded_dump() {
  local from=$data data=$db/loaded has_all loaded="datadir=$db/loaded"
  (data=$from; serve)
  ! page "$family before copying" >/dev/null 2>&1 || page "$family before copying" | sql
  run_page "$family dump"
  has_all=$(has "$position")
  end_server
  initialize "$data"
  serve
  sql <<<"CREATE USER meanwhile@localhost"
  run_page "$family load"
  [ "$(has "$loaded_position")" = "$has_all" ]
  [ -z "$(has "$own_position")" ]
  end_server
  agent "$loaded" start; judge "$loaded"; agent "$loaded" promote; judge "$loaded"; agent "$loaded" stop
  rm -rf "$data"
}

every_state_is_on_the_page() {
  local state
  for state in stopped $("$root/.build/release/martlet" rules mysql | sed -n 's/^ *-> \([a-z-]*\), .*promot.*/\1/p' | sort -u); do
    grep -q "^| .*\`$state\`" "$root/docs/mysql.md" || { echo "docs/mysql.md: says nothing of $state"; return 1; }
  done
}

database_checks() {
  check "only the primary can be written" roles
  check "an administrator's session does not hold a demotion up" demoted_in_spite_of_sessions
  check "a wrong datadir ends nobody else's server" wrong_directory_ends_nobody
  check "without what MariaDB gave it the agent's account has what it needs" revoked
  check "with the page's accounts and settings validate-all finds nothing wrong" nothing_is_wrong
  check "validate-all names each privilege that is missing" each_privilege_is_named
  check "validate-all names each setting that is wrong" each_setting_is_named
  check "validate-all names each account that is wrong" each_account_is_named
  check "validate-all says what it has not looked at" what_was_not_looked_at_is_said
  check "semi-synchronous replication is on where it is promoted, and only there" semi_sync
  check "with ssl_ca a peer is known by its certificate" tls
  check "a dump is loaded as the page says" loaded_dump
  check "every state is on the page" every_state_is_on_the_page
}
