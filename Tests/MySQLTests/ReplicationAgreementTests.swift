import Host
import MySQLFacts
import OCF
import TestSupport
import Testing

@testable import MySQLActions

extension RealServerTests {
  @Suite struct Channels {
    /// What `changeSource` makes of `clear` is a replica of a server, with the password out of the file. It can go on as one
    /// of another server afterwards: nothing was received.
    private func follow(
      _ servers: RealServers, _ server: String, _ account: String = "plain", host: String = "127.0.0.1",
      ca: String?, certificate: String? = nil
    ) throws -> Connection {
      let replica = try servers.root("clear")
      try replica.query("SET SESSION sql_mode = ''", until: soon())
      let login = try #require(Credentials(servers.instance("clear", account)).replication)
      var source = SourceSettings(
        host: host, port: try servers.number(server + ".port"), user: login.user, password: login.password)
      source.ca = try ca.map(servers.certificate)
      source.certificate = try certificate.map { try servers.certificate($0 + ".pem") }
      source.key = try certificate.map { try servers.certificate($0 + ".key") }
      let dialect = Dialect(replica.version)
      try replica.query(dialect.stopReplication, until: soon())
      try replica.query(dialect.changeSource(to: source), until: soon())
      try replica.query(dialect.startReplication, until: soon())
      return replica
    }

    /// The channel, once it receives or said why it cannot.
    private func settled(_ replica: Connection) throws -> ReplicaChannel {
      let deadline = soon(10)
      while true {
        let channel = try #require(try replica.look(until: soon()).channel)
        if channel.receiver == .running || channel.receiverFailure != nil || deadline.isPast {
          return channel
        }
        pause(.milliseconds(50), until: deadline)
      }
    }

    private func expectReplication(_ servers: RealServers, _ replica: Connection) throws {
      let channel = try settled(replica)
      #expect(channel.receiver == .running, "\(channel.receiverFailure?.description ?? "")")
      #expect(channel.isByGTID && channel.isApplying && channel.applierFailure == nil)
      let source = try servers.root()
      try source.query("INSERT INTO tested.numbers SELECT MAX(n) + 1 FROM tested.numbers", until: soon())
      let last = try #require(
        try source.query("SELECT MAX(n) AS n FROM tested.numbers", until: soon()).first?["n"])
      try source.query("DELETE FROM tested.numbers WHERE n = \(last)", until: soon())
      let deadline = soon(10)
      while try replica.look(until: soon()).executed != source.look(until: soon()).executed {
        try #require(!deadline.isPast, "what was written did not arrive")
        pause(.milliseconds(20), until: deadline)
      }
    }

    /// Ciphers of the sessions that send the binary log.
    private func sourceCiphers(_ servers: RealServers) throws -> [String?] {
      try servers.root().query(
        """
        SELECT s.VARIABLE_VALUE AS cipher FROM performance_schema.threads t \
        JOIN performance_schema.status_by_thread s USING (THREAD_ID) \
        WHERE t.PROCESSLIST_COMMAND LIKE 'Binlog Dump%' AND s.VARIABLE_NAME = 'Ssl_cipher'
        """, until: soon()
      ).map { $0["cipher"] }
    }

    @Test(arguments: RealServers.all) func replicatesVerified(_ servers: RealServers) throws {
      for (account, certificate) in [("plain", nil), ("x509", "client")] {
        let replica = try follow(servers, "whole", account, ca: "ca.pem", certificate: certificate)
        try expectReplication(servers, replica)
        let dialect = Dialect(replica.version)
        let row = try #require(try replica.query(dialect.channels, until: soon()).first)
        #expect(row[dialect.column("Source_SSL_Allowed")] == "Yes")
        #expect(row[dialect.column("Source_SSL_Verify_Server_Cert")] == "Yes")
        if !servers.isMariaDB {
          let ciphers = try sourceCiphers(servers)
          #expect(ciphers.contains { $0?.hasPrefix("TLS_") ?? false }, "\(ciphers)")
        }
      }
    }

    @Test(arguments: RealServers.all) func refusesOthers(_ servers: RealServers) throws {
      for (server, ca) in [("whole", "unknown-ca.pem"), ("elsewhere", "ca.pem")] {
        let channel = try settled(try follow(servers, server, ca: ca))
        #expect(channel.receiver == .connecting)
        let failure = try #require(channel.receiverFailure)
        #expect(failure.message.contains("SSL") || failure.message.contains("certificate"), "\(failure)")
      }
      let without = try settled(try follow(servers, "whole", "x509", ca: "ca.pem"))
      #expect(without.receiverFailure?.message.contains("Access denied") ?? false)
    }

    /// Also where a channel was verified before.
    @Test(arguments: RealServers.all) func replicatesWithoutAuthority(_ servers: RealServers) throws {
      _ = try follow(servers, "whole", "x509", ca: "ca.pem", certificate: "client")
      for server in ["whole", "elsewhere"] {
        let channel = try settled(try follow(servers, server, ca: nil))
        #expect(channel.receiver == .running, "\(server): \(channel.receiverFailure?.description ?? "")")
      }
    }
  }
}
