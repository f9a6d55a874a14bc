/// The source that a replica is to receive from, and how.
public struct SourceSettings: Sendable, Hashable {
  /// Where the source is reached.
  public var host: String
  /// Its port.
  public var port: Int
  /// The account that receives.
  public var user: String
  /// Its password.
  public var password: String
  /// What the source's certificate must be signed by; nil if it is not verified.
  public var ca: String?
  /// The replica's own certificate.
  public var certificate: String?
  /// The key to it.
  public var key: String?

  /// A source.
  public init(host: String, port: Int, user: String, password: String) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
  }
}

extension SourceSettings {
  /// Something of TLS is set, so that nothing goes in clear.
  public var wantsTLS: Bool { (ca ?? certificate ?? key) != nil }

  /// A channel was set up like this. Its password is not shown: a wrong one is seen by the receiver's failure.
  public func describe(_ channel: ReplicaChannel) -> Bool {
    channel.isByGTID && channel.host == host && channel.port == port && channel.user == user
      && channel.ca == ca && channel.certificate == certificate && channel.key == key
  }
}

extension Dialect {
  /// Makes a replica receive from this source by GTID, whose threads must have been stopped, and what it received been
  /// applied: this deletes the relay logs.
  public func changeSource(to source: SourceSettings) -> String {
    let isNew = version.isMySQL(8, 0, 23)
    let prefix = isNew ? "SOURCE" : "MASTER"
    var options = [
      ("\(prefix)_HOST", literal(source.host)), ("\(prefix)_PORT", String(source.port)),
      ("\(prefix)_USER", literal(source.user)), ("\(prefix)_PASSWORD", literal(source.password)),
      // A replica that gives up would stay behind for ever: the default of MySQL 9 is ten times a minute.
      ("\(prefix)_CONNECT_RETRY", "1"), ("\(prefix)_HEARTBEAT_PERIOD", "2"),
    ]
    if isMariaDB {
      options.append(("MASTER_USE_GTID", "slave_pos"))
    } else {
      options += [
        ("\(prefix)_RETRY_COUNT", "1000000"), ("\(prefix)_AUTO_POSITION", "1"),
        // Without TLS caching_sha2_password needs the source's key.
        ("GET_\(prefix)_PUBLIC_KEY", "1"),
      ]
    }
    if source.wantsTLS { options.append(("\(prefix)_SSL", "1")) }
    // What is not said stays as it was for the source before.
    options += [
      ("\(prefix)_SSL_CA", literal(source.ca ?? "")),
      ("\(prefix)_SSL_VERIFY_SERVER_CERT", source.ca == nil ? "0" : "1"),
      ("\(prefix)_SSL_CERT", literal(source.certificate ?? "")),
      ("\(prefix)_SSL_KEY", literal(source.key ?? "")),
    ]
    let list = options.map { "\($0.0) = \($0.1)" }.joined(separator: ", ")
    return (isNew ? "CHANGE REPLICATION SOURCE TO " : "CHANGE MASTER TO ") + list
  }
}
