import Glibc
import Host
import PostgreSQLActions

_exit(PostgreSQLAgent.main(CommandLine.arguments, environment: processEnvironment))
