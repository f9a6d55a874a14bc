#include "cposix.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// fork(2), not clone3 or vfork: glibc's fork tells its own thread list that the child is alone. After a raw clone3
// set*id(2) waits for threads of the parent that do not exist in the child, and hangs now and then.

static _Noreturn void fail(int status, int stage, int error) {
  struct cposix_failure failure = {.stage = stage, .error = error};
  while (write(status, &failure, sizeof failure) < 0 && errno == EINTR) {
  }
  _exit(127);
}

static void reset_signals(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  // glibc refuses the two signals it keeps for itself; nothing else can fail here.
  for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// Groups before gid before uid: once the uid is gone, so is the right to change the others.
static int change_user(const struct cposix_program *program) {
  if (!program->change_user) {
    // A parent that acts as somebody else is root underneath: what it starts must not be able to go back.
    if (setresgid(getegid(), getegid(), getegid()) != 0) return -1;
    return setresuid(geteuid(), geteuid(), geteuid());
  }
  if (getuid() == 0 && geteuid() != 0 && seteuid(0) != 0) return -1;
  if (setgroups(program->group_count, program->groups) != 0) return -1;
  if (setresgid(program->gid, program->gid, program->gid) != 0) return -1;
  return setresuid(program->uid, program->uid, program->uid);
}

// Opened by the user it is for: root would follow what that user put in the way. O_NONBLOCK because opening a FIFO
// would wait for a reader for ever.
static int open_log(const char *path) {
  int log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600);
  if (log < 0) return -1;
  struct stat found;
  if (fstat(log, &found) != 0) return -1;
  if (!S_ISREG(found.st_mode) && !S_ISCHR(found.st_mode)) {
    errno = EINVAL;
    return -1;
  }
  int flags = fcntl(log, F_GETFL);
  if (flags < 0 || fcntl(log, F_SETFL, flags & ~O_NONBLOCK) != 0) return -1;
  return log;
}

static void close_others_on_exec(void) {
  if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Linux before 5.11.
  struct rlimit limit;
  int end = 1024;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1 << 20) end = (int)limit.rlim_cur;
  for (int descriptor = 3; descriptor < end; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// First out of the range 0...2, so that no dup2 overwrites a descriptor that is still needed.
static int connect_streams(int input, int output, int errors) {
  int sources[3] = {input, output, errors};
  for (int i = 0; i < 3; i++) {
    sources[i] = fcntl(sources[i], F_DUPFD_CLOEXEC, 3);
    if (sources[i] < 0) return -1;
  }
  for (int i = 0; i < 3; i++) {
    if (dup2(sources[i], i) < 0) return -1;
  }
  return 0;
}

static _Noreturn void become(const struct cposix_program *program, int status, pid_t parent) {
  status = fcntl(status, F_DUPFD_CLOEXEC, 3);
  if (status < 0) _exit(127);
  reset_signals();
  if ((program->daemon ? setsid() : setpgid(0, 0)) < 0) fail(status, CPOSIX_STAGE_GROUP, errno);
  if (change_user(program) != 0) fail(status, CPOSIX_STAGE_USER, errno);
  if (!program->daemon) {
    // Pacemaker kills a late agent's process group, and this child is in another one. After the change of user,
    // which clears the setting (prctl(2)).
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
  }
  if (program->directory != NULL && chdir(program->directory) != 0) fail(status, CPOSIX_STAGE_DIRECTORY, errno);
  int output = program->output, errors = program->errors;
  if (program->log != NULL) {
    output = errors = open_log(program->log);
    if (output < 0) fail(status, CPOSIX_STAGE_LOG, errno);
  }
  if (connect_streams(program->input, output, errors) != 0) fail(status, CPOSIX_STAGE_DESCRIPTORS, errno);
  close_others_on_exec();
  execve(program->arguments[0], program->arguments, program->environment);
  fail(status, CPOSIX_STAGE_EXECUTE, errno);
}

int cposix_spawn(const struct cposix_program *program, pid_t *pid, int *status) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  sigset_t all, before;
  sigfillset(&all);
  // No handler of the parent may run in the child.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid();
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    become(program, ends[1], parent);
  }
  int error = errno;
  // The child does it too; whoever comes first. A deadline that ends before the child has got there would find no
  // group to kill.
  if (child > 0 && !program->daemon) setpgid(child, child);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return error;
  }
  *pid = child;
  *status = ends[0];
  return 0;
}

bool cposix_has_ended(pid_t pid) {
  siginfo_t found = {0};
  while (waitid(P_PID, (id_t)pid, &found, WEXITED | WNOHANG | WNOWAIT) != 0) {
    if (errno != EINTR) return true;
  }
  return found.si_pid == pid;
}

bool cposix_exited(int status) { return WIFEXITED(status); }
int cposix_exit_code(int status) { return WEXITSTATUS(status); }
int cposix_end_signal(int status) { return WTERMSIG(status); }
