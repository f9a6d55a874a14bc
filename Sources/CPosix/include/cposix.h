#ifndef CPOSIX_H
#define CPOSIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a child has to become before it executes a program.
struct cposix_program {
  /// The first one is the program, by its absolute path.
  char *const _Nullable *_Nonnull arguments;
  char *const _Nullable *_Nonnull environment;
  const char *_Nullable directory;
  /// Descriptors for 0, 1 and 2. An output of -1 means `log`.
  int input, output, errors;
  /// Appended to, opened after the user has been changed.
  const char *_Nullable log;
  bool change_user;
  uid_t uid;
  gid_t gid;
  const gid_t *_Nullable groups;
  size_t group_count;
  /// true: a daemon, in a session of its own. false: a process group of its own, killed when the parent dies.
  bool daemon;
};

/// Where a child failed; sent with errno over the status descriptor.
enum cposix_stage {
  CPOSIX_STAGE_GROUP = 1,
  CPOSIX_STAGE_USER,
  CPOSIX_STAGE_DIRECTORY,
  CPOSIX_STAGE_LOG,
  CPOSIX_STAGE_DESCRIPTORS,
  CPOSIX_STAGE_EXECUTE,
};

struct cposix_failure {
  int stage;
  int error;
};

/// Forks a child that executes `program`. Returns 0 or an errno. On success `status` is to be read: end of file means
/// that the program runs, a `struct cposix_failure` that the child ended before. The caller closes it and reaps `pid`.
int cposix_spawn(const struct cposix_program *_Nonnull program, pid_t *_Nonnull pid, int *_Nonnull status);

/// Whether a child is a zombie or no child at all; does not reap it.
bool cposix_has_ended(pid_t pid);
bool cposix_exited(int status);
int cposix_exit_code(int status);
int cposix_end_signal(int status);

/// A descriptor that becomes readable when the process ends; -1 and errno.
int cposix_pidfd_open(pid_t pid);
/// 0, or -1 and errno.
int cposix_pidfd_send_signal(int pidfd, int signal);

/// Effective ids of this process, groups first. 0 or an errno; on failure ids may be half changed.
int cposix_act_as(uid_t uid, gid_t gid, const gid_t *_Nullable groups, size_t count);
/// Gives back what cposix_act_as changed: user first, because only root may change the rest. 0 or an errno.
int cposix_act_as_before(uid_t uid, gid_t gid, const gid_t *_Nullable groups, size_t count);

/// Opens 0, 1 and 2 on /dev/null where they are closed, and ignores SIGPIPE and SIGXFSZ.
void cposix_prepare_process(void);

/// A connected, non-blocking datagram socket, or -1 and errno.
int cposix_connect_datagram(const char *_Nonnull path);

/// The process that listens on the other end of a connected Unix socket (SO_PEERCRED); -1 for any other descriptor.
pid_t cposix_peer(int descriptor);

/// The process that listens on a Unix stream socket: 0 when nobody does, -1 and errno when it cannot be found out.
pid_t cposix_listener(const char *_Nonnull path);

/// A socket that listens on a TCP port, on every address; or -1 and errno.
int cposix_listen(uint16_t port);
/// Waits for a connection, which fails when its peer is silent for half a minute; or -1 and errno.
int cposix_accept(int listener);
/// Connects to a host's first address, with the same care; or -1 and errno. The search for the name has no deadline.
int cposix_connect_stream(const char *_Nonnull address, uint16_t port, int milliseconds);

/// A pair of pipe ends, close-on-exec. 0 or an errno.
int cposix_pipe(int *_Nonnull read_end, int *_Nonnull write_end);
int cposix_set_nonblocking(int descriptor);

/// open(2) with the variadic mode made a parameter.
int cposix_open(const char *_Nonnull path, int flags, mode_t mode);

/// Lets two names change places at once. 0, or -1 and errno.
int cposix_exchange(const char *_Nonnull one, const char *_Nonnull other);

/// Formats seconds since the epoch in local time. Returns the length, 0 when it did not fit.
size_t cposix_format_time(char *_Nonnull buffer, size_t size, const char *_Nonnull format, int64_t seconds);

#endif
