import Glibc
import Host
import MySQLActions

_exit(MySQLAgent.main(CommandLine.arguments, environment: processEnvironment))
