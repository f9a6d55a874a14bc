/// Martlet's version, the same for all its programs.
public let martletVersion = "0.1.0"
