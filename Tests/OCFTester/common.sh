# What is asked of every agent. A database's own file says, before it is asked:
#
#   title, agent           PostgreSQL, postgresql
#   directory              the parameter that names the data directory
#   parameters             an array, "name=value": the parameters of the instance
#   configuration          an array: files of the user, which no action may change
#   find_server            true if there is a server to be had
#   make_database          makes an instance that is stopped, and fills these variables
#   database_checks        what only this database is asked

passed=0
failed=0
export OCF_ROOT=/usr/lib/ocf

check() { # check NAME COMMAND...: prints what it said only when it failed
  local name="$title: $1"; shift
  local code
  # As a condition it would run without errexit.
  set +e
  (set -e; "$@") >"$work/out" 2>&1
  code=$?
  set -e
  if [ $code = 0 ]; then
    echo "ok      $name"; passed=$((passed + 1))
  else
    echo "FAILED  $name (exit $code)"; tail -30 "$work/out" | sed 's/^/        /'; failed=$((failed + 1))
    agent stop >/dev/null 2>&1 || true # the next one begins anew
  fi
}
says() { # says TEXT COMMAND...: the command must print TEXT
  local text=$1; shift
  "$@" >"$work/said" 2>&1 || true
  cat "$work/said"
  grep -qF -- "$text" "$work/said"
}
exits() { # exits CODE COMMAND...
  local code=$1 found=0; shift
  "$@" || found=$?
  [ $found = "$code" ] || { echo "exit $found instead of $code"; return 1; }
}
with() { # with NAME=VALUE... -- COMMAND...: the agent's parameters are these, and no others
  local given=()
  while [ "$1" != -- ]; do given+=("OCF_RESKEY_$1"); shift; done
  shift
  env "${given[@]}" "$@"
}
agent() { # agent [NAME=VALUE...] ACTION: by hand, without a cluster; these parameters instead of the instance's own
  with "${parameters[@]}" "${@:1:$#-1}" -- \
    env OCF_RESKEY_CRM_meta_timeout=60000 OCF_RESOURCE_INSTANCE=test "$installed" "${@: -1}"
}
moved() { # moved ACTION: the same instance, whose data directory is another by now
  with "$directory=/nowhere" -- env OCF_RESOURCE_INSTANCE=test "$installed" "$@"
}
runs() { # runs CODE: what the monitor must say
  exits "$1" agent monitor
}

by_hand() {
  agent start; runs 0; agent promote; runs 8; agent promote; agent demote; runs 0; agent demote; agent stop; runs 7
}
what_was_started() {
  agent start; agent promote; moved demote; runs 0; moved stop; runs 7
}

common_checks() {
  installed=/usr/lib/ocf/resource.d/martlet/$agent
  local options=() option=()
  for parameter in "${parameters[@]}"; do options+=(-o "$parameter"); option+=(--option "$parameter"); done
  sha256sum "${configuration[@]}" >"$work/configuration"

  check "ocf-tester with a real server" says "passed all tests" ocf-tester -n tester "${options[@]}" $installed
  check "crm_resource --show-metadata" says "resource-agent" crm_resource --show-metadata ocf:martlet:$agent
  check "pcs resource describe" says "$described_by_pcs" pcs resource describe ocf:martlet:$agent --full
  check "crm ra info" says "$described_by_crmsh" crm ra info ocf:martlet:$agent
  check "the metadata is valid by its own grammar" bash -c "$installed meta-data | xmllint --noout --valid -"
  check "crm_resource --validate" \
    crm_resource --validate --class ocf --provider martlet --agent $agent "${option[@]}"
  check "validate-all looks at nothing at level 0" with $directory=/nowhere -- $installed validate-all
  check "validate-all looks at the node at level 10" says "$directory /nowhere: does not exist on this node" \
    with $directory=/nowhere -- env OCF_CHECK_LEVEL=10 $installed validate-all
  check "unknown action" exits 3 $installed recover
  check "a wrong $directory is a wrong configuration" exits 6 with $directory=relative -- $installed monitor
  check "a wrong $directory does not break stop" with $directory=relative -- $installed stop
  check "a missing binary does not break stop" \
    with "${parameters[@]}" "$binary=/nowhere" -- $installed stop
  check "a probe without the data directory says not running" \
    exits 7 with $directory="$work/none" -- $installed monitor
  check "help by hand" says "$directory (" $installed --help
  check "start, promote, demote, stop without a cluster" by_hand
  check "an ordinary user is told that it takes root" \
    says "needs root" runuser -u nobody -- env OCF_RESKEY_$directory=/x $installed monitor
  check "demote and stop act on what was started, whatever the parameters are by then" what_was_started
  check "the user's configuration is as it was" sha256sum --check --quiet "$work/configuration"
}
