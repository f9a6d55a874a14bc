#include "cposix.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int closed_with(int descriptor, int error) {
  close(descriptor);
  errno = error;
  return -1;
}

// A peer whose machine has lost its power says nothing any more: half a minute without an answer ends the connection.
static int watch_peer(int descriptor) {
  int on = 1, idle = 10, interval = 5, count = 4, limit = 30000;
  if (setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on) != 0) return -1;
  if (setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle) != 0) return -1;
  if (setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval) != 0) return -1;
  if (setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count) != 0) return -1;
  return setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
}

static int listening(int family, const struct sockaddr *address, socklen_t length) {
  int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  int on = 1, off = 0;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(descriptor, address, length) != 0 || listen(descriptor, 1) != 0) return closed_with(descriptor, errno);
  return descriptor;
}

int cposix_listen(uint16_t port) {
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any};
  int descriptor = listening(AF_INET6, (struct sockaddr *)&six, sizeof six);
  // A kernel without IPv6.
  if (descriptor >= 0 || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)) return descriptor;
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_ANY)};
  return listening(AF_INET, (struct sockaddr *)&four, sizeof four);
}

int cposix_accept(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (descriptor >= 0 && watch_peer(descriptor) != 0) return closed_with(descriptor, errno);
  return descriptor;
}

int cposix_connect_stream(const char *address, uint16_t port, int milliseconds) {
  char service[8];
  snprintf(service, sizeof service, "%u", (unsigned)port);
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *found = NULL;
  if (getaddrinfo(address, service, &hints, &found) != 0 || found == NULL) {
    errno = EADDRNOTAVAIL;
    return -1;
  }
  int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) {
    int error = errno;
    freeaddrinfo(found);
    errno = error;
    return -1;
  }
  // Bounds connect(2), too (socket(7)).
  struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000}, none = {0};
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  int answer = connect(descriptor, found->ai_addr, found->ai_addrlen);
  int error = errno == EINPROGRESS ? ETIMEDOUT : errno;
  freeaddrinfo(found);
  if (answer != 0) return closed_with(descriptor, error);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &none, sizeof none);
  if (watch_peer(descriptor) != 0) return closed_with(descriptor, errno);
  return descriptor;
}
