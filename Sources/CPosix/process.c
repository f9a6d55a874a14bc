#include "cposix.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// glibc has wrappers for these since 2.36 only.
int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int cposix_act_as(uid_t uid, gid_t gid, const gid_t *groups, size_t count) {
  if (setgroups(count, groups) != 0 || setegid(gid) != 0 || seteuid(uid) != 0) return errno;
  return 0;
}

int cposix_act_as_before(uid_t uid, gid_t gid, const gid_t *groups, size_t count) {
  if (seteuid(uid) != 0 || setegid(gid) != 0 || setgroups(count, groups) != 0) return errno;
  return 0;
}

void cposix_prepare_process(void) {
  for (int descriptor = 0; descriptor < 3; descriptor++) {
    // open(2) takes the lowest free number, and all lower ones are open by now.
    if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) (void)open("/dev/null", O_RDWR);
  }
  signal(SIGPIPE, SIG_IGN);
  // A file that may not grow (RLIMIT_FSIZE) is an error of write(2), too.
  signal(SIGXFSZ, SIG_IGN);
}

int cposix_connect_datagram(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
  }
  return descriptor;
}

pid_t cposix_peer(int descriptor) {
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  struct ucred peer;
  socklen_t size = sizeof peer;
  // A socket that is not connected names this very process.
  if (getpeername(descriptor, (struct sockaddr *)&address, &length) != 0 || address.sun_family != AF_UNIX) return -1;
  return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : -1;
}

pid_t cposix_listener(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  // Nobody can listen there.
  if (strlen(path) >= sizeof address.sun_path) return 0;
  strcpy(address.sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  pid_t found = -1;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0) {
    found = cposix_peer(descriptor);
  } else if (errno == ECONNREFUSED || errno == ENOENT || errno == ENOTDIR || errno == EPROTOTYPE || errno == ELOOP) {
    found = 0;
  }
  int error = errno;
  close(descriptor);
  errno = error;
  return found;
}

int cposix_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

int cposix_set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) return errno;
  return 0;
}

int cposix_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}

int cposix_open(const char *path, int flags, mode_t mode) { return open(path, flags | O_CLOEXEC, mode); }

size_t cposix_format_time(char *buffer, size_t size, const char *format, int64_t seconds) {
  time_t when = (time_t)seconds;
  struct tm local;
  if (localtime_r(&when, &local) == NULL) return 0;
  return strftime(buffer, size, format, &local);
}
