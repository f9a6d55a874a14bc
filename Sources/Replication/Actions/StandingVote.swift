internal import Host
internal import OCF

// A vote must be of this election, and nothing that all nodes know differs from one election to the next: Pacemaker's lists
// are the same each time, and clocks differ. So there is no need to tell: what stands in a node's attribute is true as
// long as it stands. A node stops receiving before it votes, and takes its vote back before it receives again: at the end
// of an election, at a start, and wherever it begins to follow. Of an election that was given up the votes stay, and stay
// true. Of a node that leaves the cluster Pacemaker's attribute daemon forgets them.
extension ActionContext {
  /// The private attribute with what a node told of its position.
  var voteAttribute: String { "\(invocation.instance)-position" }

  /// A vote stands from now on; noted before it is told.
  func noteVote() {
    do throws(HostError) {
      try run.noteVote(at: secondsSinceBoot())
    } catch {
      log(.warning, error.reason)
    }
  }

  /// Takes back what this node told of its position: it will be true no longer.
  /// - Parameters:
  ///   - always: also if none is known to stand: the note of it may be lost.
  ///   - meanwhile: what can be done before it is taken back.
  package func withdrawVote(always: Bool = false, meanwhile: () -> Void = {}) {
    guard let tools = cluster.tools, always || run.voteSince != nil else { return meanwhile() }
    var isDone = false
    defer { if !isDone { meanwhile() } }
    do throws(CommandError) {
      try tools.deleteAttribute(voteAttribute, isPrivate: true) {
        meanwhile()
        isDone = true
      }
      run.forgetVote()
    } catch {
      log(.warning, "the position that was told cannot be taken back: \(error.reason); a monitor tries again")
    }
  }

  /// In a monitor: an election whose end was never heard of, or a vote that could not be taken back. No election takes that
  /// long by this node's own clock, which is not set.
  func withdrawForgottenVote() {
    guard let since = run.voteSince, secondsSinceBoot() - since >= 600 else { return }
    withdrawVote()
  }
}
