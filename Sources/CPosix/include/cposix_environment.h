#ifndef CPOSIX_ENVIRONMENT_H
#define CPOSIX_ENVIRONMENT_H

#include <unistd.h>

/// The environment of this process; a variable in C, which Swift 6 refuses.
static inline char *_Nullable *_Nullable cposix_environment(void) {
  extern char **environ;
  return environ;
}

#endif
