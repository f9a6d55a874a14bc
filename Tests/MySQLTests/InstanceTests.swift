import MySQLFacts
import OCF
import Replication
import ReplicationActions
import Testing

@testable import MySQLActions

@Suite struct InstanceTests {
  private func instance(_ parameters: [String: String] = [:], _ kept: [String: String] = [:]) -> Instance {
    var environment: [String: String] = [:]
    for (name, value) in parameters { environment["OCF_RESKEY_" + name] = value }
    return Instance(
      name: "db", values: ParameterValues(Declarations.all, environment: environment),
      kept: KeptConfiguration(kept))
  }

  private let place = [
    "--datadir=/var/lib/mysql", "--socket=/run/mysqld/mysqld.sock", "--pid-file=/run/mysqld/mysqld.pid",
  ]

  @Test func mySQLIsStartedReadOnly() {
    for returns in [false, true] {
      #expect(
        instance().serverArguments(.mysql, returnsAsReplica: returns) == place + [
          "--read-only=ON", "--skip-slave-start", "--super-read-only=ON", "--relay-log-recovery=OFF",
          "--loose-rpl-semi-sync-source-enabled=OFF", "--loose-rpl-semi-sync-master-enabled=OFF",
        ])
    }
  }

  /// The role takes transactions away that nobody acknowledged: only from one that returns as a replica.
  @Test func mariaDBIsStartedReadOnly() {
    let arguments =
      place + [
        "--read-only=ON", "--skip-slave-start", "--gtid-strict-mode=ON", "--rpl-semi-sync-master-enabled=OFF",
      ]
    #expect(instance().serverArguments(.mariadb, returnsAsReplica: false) == arguments)
    #expect(
      instance().serverArguments(.mariadb, returnsAsReplica: true) == arguments + ["--init-rpl-role=SLAVE"])
  }

  @Test func theConfigurationFileComesFirstAndTheAgentHasTheLastWord() throws {
    let instance = instance([
      "config_file": "/etc/my.cnf", "datadir": "/srv/db/", "socket": "/run/db/s", "pid_file": "/run/db/pid",
      "port": "3307", "start_options": #"--read-only=OFF "--init-connect=SET x = 1" --skip-slave-start=0"#,
    ])
    for family in ServerVersion.Family.allCases {
      let arguments = instance.serverArguments(family, returnsAsReplica: true)
      #expect(
        arguments.prefix(8) == [
          "--defaults-file=/etc/my.cnf", "--datadir=/srv/db", "--socket=/run/db/s", "--pid-file=/run/db/pid",
          "--port=3307", "--read-only=OFF", "--init-connect=SET x = 1", "--skip-slave-start=0",
        ])
      // The last of several options counts.
      #expect(arguments.last { $0.hasPrefix("--read-only") } == "--read-only=ON")
      #expect(arguments.last { $0.hasPrefix("--skip-slave-start") } == "--skip-slave-start")
    }
  }

  @Test func whatIsNotGivenHasAnAnswer() {
    #expect(instance().crashPolicy == .failover)
    #expect(instance(["on_crash": "recover"]).crashPolicy == .recover)
    #expect(instance().queryLimit == .seconds(5))
    #expect(instance(["query_timeout": "500ms"]).queryLimit == .milliseconds(500))
    #expect(instance().credentialsFile == "/etc/martlet/mysql.cnf")
    #expect(instance(["log_file": "/srv/log"]).logFile == "/srv/log")
    #expect(
      instance().binaryCandidates == [
        "/usr/sbin/mariadbd", "/usr/sbin/mysqld", "/usr/libexec/mariadbd", "/usr/libexec/mysqld",
      ])
    #expect(instance(["binary": "/nonexistent/mysqld"]).binary == nil)
  }
}

@Suite struct KeptConfigurationTests {
  private func kept(_ printed: String) -> KeptConfiguration {
    KeptConfiguration(KeptConfiguration.fields(ConfiguredOptions("sentence:\n" + printed)))
  }

  @Test func keepsWhatHasToBeKnownWhileTheServerRuns() {
    let mysql = kept("--rpl_semi_sync_source_enabled=ON --admin_address=127.0.0.1 --admin-port=33063")
    #expect(mysql.wantsSemiSync)
    #expect(mysql.adminAddress == "127.0.0.1" && mysql.adminPort == 33063)
    #expect(mysql.extraPort == nil)
    #expect(kept("--admin-address=::1").adminPort == 33062)
    #expect(kept("--extra-port=13307").extraPort == 13307)
  }

  @Test func nothingConfiguredIsKnownAndNothingKeptIsNot() {
    #expect(kept("").isKnown && !KeptConfiguration([:]).isKnown)
  }

  @Test func nothingConfiguredIsNothingKept() {
    for kept in [kept(""), kept("--extra-port=0"), kept("--extra_port"), KeptConfiguration([:])] {
      #expect(!kept.wantsSemiSync && kept.adminAddress == nil && kept.extraPort == nil)
    }
  }
}
