import MySQLFacts
import Testing

@Suite struct ConfiguredOptionsTests {
  /// Debian 12's own configuration, as `mariadbd --print-defaults` of 10.11.19 prints it.
  private let debian = ConfiguredOptions(
    """
    /usr/sbin/mariadbd would have been started with the following arguments:
    --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/mysqld.pid --basedir=/usr --bind-address=127.0.0.1 \
    --expire_logs_days=10 --character-set-server=utf8mb4 --collation-server=utf8mb4_general_ci \
    --plugin_load_add=provider_bzip2 --provider_bzip2=force_plus_permanent\u{20}

    """)

  /// What `mysqld --print-defaults` of 9.7.4 makes of a file.
  private let options = ConfiguredOptions(
    """
    /usr/sbin/mysqld would have been started with the following arguments:
    --log_error=/var/log/mysql/error.log --loose-rpl_semi_sync_source_enabled=ON --skip_name_resolve \
    --init_connect=SET NAMES utf8mb4; SET autocommit = 1 --skip-log-bin --enforce-gtid-consistency \
    --read_only --server-id=3 --plugin-load-add=semisync_source.so --admin_address=127.0.0.1\u{20}

    """)

  @Test func readsValues() {
    #expect(debian["socket"] == "/run/mysqld/mysqld.sock")
    #expect(debian["expire-logs-days"] == "10")
    #expect(debian["provider-bzip2"] == "force_plus_permanent")
    #expect(debian["log-error"] == nil)
    #expect(options["log-error"] == "/var/log/mysql/error.log")
    #expect(options["admin-address"] == "127.0.0.1")
    #expect(options["read-only"] == "")
  }

  @Test func aValueMayHaveSpaces() {
    #expect(options["init-connect"] == "SET NAMES utf8mb4; SET autocommit = 1")
    #expect(options["skip-log-bin"] == "")
  }

  @Test func whatIsLooseIsThatOption() {
    #expect(options["rpl-semi-sync-source-enabled"] == "ON")
    #expect(options["loose-rpl-semi-sync-source-enabled"] == nil)
  }

  @Test func theLastOfSeveralCounts() {
    #expect(ConfiguredOptions("sentence:\n--port=1 --loose_port=2 --port=3")["port"] == "3")
  }

  @Test(
    arguments: [
      ("--x", true), ("--x=1", true), ("--x=ON", true), ("--x=on", true), ("--loose-x=TRUE", true),
      ("--x=0", false),
      ("--x=OFF", false), ("--x=false", false), ("--skip-x", false), ("--skip-x=0", true),
      ("--disable-x=off", true), ("--disable-x", false),
      ("--loose-skip_x", false), ("--y", nil), ("", nil),
    ] as [(String, Bool?)])
  func flags(printed: String, isOn: Bool?) {
    #expect(ConfiguredOptions("sentence:\n" + printed).flag("x") == isOn)
  }

  @Test(arguments: [
    ("--loose-rpl_semi_sync_source_enabled=ON", true), ("--rpl-semi-sync-source-enabled", true),
    ("--rpl_semi_sync_master_enabled=1", true), ("--loose-rpl-semi-sync-master-enabled=ON", true),
    ("--rpl_semi_sync_source_enabled=OFF", false), ("--skip-rpl-semi-sync-master-enabled", false),
    ("--rpl_semi_sync_replica_enabled=ON", false), ("--rpl_semi_sync_slave_enabled=ON", false),
    ("--plugin-load-add=semisync_source.so", false), ("", false),
  ])
  func semiSyncInOldAndNewWords(printed: String, isWanted: Bool) {
    #expect(ConfiguredOptions("sentence:\n" + printed + " ").wantsSemiSync == isWanted)
  }

  /// One file for both families says it twice; each knows one of the words.
  @Test func eitherWordIsEnough() {
    let both = "sentence:\n--loose-rpl_semi_sync_source_enabled=OFF --loose-rpl_semi_sync_master_enabled=ON"
    #expect(ConfiguredOptions(both).wantsSemiSync)
  }

  @Test func nothingIsConfigured() {
    for printed in ["", "\n", "/usr/sbin/mariadbd would have been started with the following arguments:\n\n"]
    {
      #expect(ConfiguredOptions(printed) == ConfiguredOptions(""))
    }
  }
}
