import Host
import MySQLFacts
import OCF
import TestSupport
import Testing

@testable import MySQLActions

extension RealServerTests {
  @Suite struct Peers {
    private func expect(_ words: [String], _ body: () throws -> Connection) throws {
      let error = try refusal(body)
      guard case .unreachable(let why) = error else { throw error }
      #expect(words.contains { why.contains($0) }, "\(why)")
      #expect(!error.saysServerIsDown)
    }

    @Test(arguments: RealServers.all) func encryptedWhereTheServerCan(_ servers: RealServers) throws {
      for server in ["whole", "elsewhere"] {
        for _ in 1...2 {
          let connection = try servers.peer(server)
          #expect(try connection.cipherSeenByServer.hasPrefix("TLS_"), "\(server)")
        }
      }
      #expect(try servers.peer("clear").cipherSeenByServer == "")
      #expect(try servers.peer("clear").value("1") == "1")
    }

    @Test(arguments: RealServers.all) func verified(_ servers: RealServers) throws {
      for host in ["127.0.0.1", "localhost"] {
        let connection = try servers.peer("whole", host: host, ca: "ca.pem")
        #expect(try connection.cipherSeenByServer.hasPrefix("TLS_"))
        let history = try connection.history(until: soon())
        #expect(!history.isReadOnly)
      }
    }

    @Test(arguments: RealServers.all) func wrongAuthority(_ servers: RealServers) throws {
      try expect(["verify failed", "self-signed", "self signed", "unable to get"]) {
        try servers.peer("whole", ca: "unknown-ca.pem")
      }
      try expect(["No such file", "no such file", "certificate", "SSL"]) {
        try servers.peer("whole", ca: "nonexistent.pem")
      }
    }

    @Test(arguments: RealServers.all) func anothersName(_ servers: RealServers) throws {
      for host in ["127.0.0.1", "localhost"] {
        try expect(["Validation of SSL server certificate failed", "host name", "hostname", "does not match"])
        {
          try servers.peer("elsewhere", host: host, ca: "ca.pem")
        }
      }
    }

    /// Before the password is sent: who takes TLS out of the server's greeting would get it.
    @Test(arguments: RealServers.all) func withoutTLSWhereItIsRequired(_ servers: RealServers) throws {
      try expect(["needs a server with TLS"]) { try servers.peer("clear", ca: "ca.pem") }
      try expect(["needs a server with TLS"]) { try servers.peer("clear", certificate: "client") }
      // A login that would be refused: not asked at all.
      try expect(["needs a server with TLS"]) { try servers.peer("clear", "stranger", ca: "ca.pem") }
    }

    @Test(arguments: RealServers.all) func ownCertificate(_ servers: RealServers) throws {
      let connection = try servers.peer("whole", "x509", ca: "ca.pem", certificate: "client")
      #expect(try connection.value("CURRENT_USER()") == "x509@%")
      #expect(try servers.peer("whole", "x509", certificate: "client").value("CURRENT_USER()") == "x509@%")
      let without = try refusal { try servers.peer("whole", "x509", ca: "ca.pem") }
      guard case .server(1045, _) = without else { throw without }
      try expect(["PEM", "No such file", "no such file", "certificate", "SSL"]) {
        try servers.peer("whole", "x509", ca: "ca.pem", certificate: "nonexistent")
      }
    }
  }
}
