import Glibc
import Host
import PostgreSQLActions

exit(PostgreSQLAgent.main(CommandLine.arguments, environment: processEnvironment))
