#include "cmariadb.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

static struct cmariadb table;
static int loaded;

const struct cmariadb *cmariadb_load(const char **why) {
  if (loaded) return &table;
  void *library = dlopen("libmariadb.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    *why = dlerror();
    return NULL;
  }
#define LOAD(field, function)                                             \
  table.field = (__typeof__(table.field))dlsym(library, #function);       \
  if (table.field == NULL) {                                              \
    *why = "libmariadb.so.3 has no " #function;                           \
    return NULL;                                                          \
  }
  LOAD(init, mysql_init)
  LOAD(options, mysql_options)
  LOAD(connectStart, mysql_real_connect_start)
  LOAD(connectContinue, mysql_real_connect_cont)
  LOAD(queryStart, mysql_real_query_start)
  LOAD(queryContinue, mysql_real_query_cont)
  LOAD(storeStart, mysql_store_result_start)
  LOAD(storeContinue, mysql_store_result_cont)
  LOAD(socket, mysql_get_socket)
  LOAD(fetchRow, mysql_fetch_row)
  LOAD(fetchLengths, mysql_fetch_lengths)
  LOAD(fieldCount, mysql_num_fields)
  LOAD(field, mysql_fetch_field_direct)
  LOAD(freeResult, mysql_free_result)
  LOAD(errorNumber, mysql_errno)
  LOAD(errorMessage, mysql_error)
  LOAD(serverVersion, mysql_get_server_info)
  LOAD(cipher, mysql_get_ssl_cipher)
  LOAD(close, mysql_close)
#undef LOAD
  loaded = 1;
  return &table;
}

MYSQL *cmariadb_new(const struct cmariadb *library, unsigned int seconds) {
  MYSQL *handle = library->init(NULL);
  if (handle == NULL) return NULL;
  // The library does its work on a stack of its own; a TLS handshake, and loading an authentication plugin, are deep.
  size_t stack = 256 * 1024;
  library->options(handle, MYSQL_OPT_NONBLOCK, &stack);
  library->options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  // How long it waits for more of a TLS handshake once its socket's own limit is over: without end if it is not told.
  library->options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  return handle;
}

void cmariadb_limit(const struct cmariadb *library, MYSQL *handle, int64_t milliseconds) {
  // Its socket is a blocking one, and with TLS it reads from it without looking first (Connector/C 3.3, ma_tls_connect and
  // ma_tls_read_async).
  my_socket socket = library->socket(handle);
  if (socket < 0) return;
  if (milliseconds < 1) milliseconds = 1; // 0 would be no limit
  struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  (void)setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void cmariadb_never_wait(const struct cmariadb *library, MYSQL *handle) {
  my_socket socket = library->socket(handle);
  int flags = fcntl(socket, F_GETFL);
  if (flags >= 0) (void)fcntl(socket, F_SETFL, flags | O_NONBLOCK);
}

void cmariadb_restrict(const struct cmariadb *library, MYSQL *handle) {
  library->options(handle, MARIADB_OPT_RESTRICTED_AUTH,
                   "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec,auth_gssapi_client");
}

void cmariadb_use_socket(const struct cmariadb *library, MYSQL *handle) {
  unsigned int protocol = MYSQL_PROTOCOL_SOCKET;
  library->options(handle, MYSQL_OPT_PROTOCOL, &protocol);
}

void cmariadb_use_tcp(const struct cmariadb *library, MYSQL *handle, const char *ca, const char *certificate,
                      const char *key) {
  unsigned int protocol = MYSQL_PROTOCOL_TCP;
  library->options(handle, MYSQL_OPT_PROTOCOL, &protocol);
  // From 3.4 on the library would verify by itself, and refuse what a server generated for itself.
  my_bool verified = ca != NULL, enforced = ca != NULL;
  if (ca != NULL) library->options(handle, MYSQL_OPT_SSL_CA, ca);
  if (certificate != NULL) library->options(handle, MYSQL_OPT_SSL_CERT, certificate);
  if (key != NULL) library->options(handle, MYSQL_OPT_SSL_KEY, key);
  library->options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified);
  library->options(handle, MYSQL_OPT_SSL_ENFORCE, &enforced);
}

enum cmariadb_tls cmariadb_offered(const struct cmariadb *library, MYSQL *handle) {
  my_socket socket = library->socket(handle);
  struct sockaddr_storage peer;
  socklen_t size = sizeof peer;
  // Reading would take away the reason why a connection failed.
  if (socket < 0 || getpeername(socket, (struct sockaddr *)&peer, &size) != 0) return CMARIADB_NOT_CONNECTED;
  unsigned char packet[256];
  ssize_t count = recv(socket, packet, sizeof packet, MSG_PEEK | MSG_DONTWAIT);
  if (count == 0 || (count < 0 && errno != EAGAIN)) return CMARIADB_NO_GREETING;
  if (count < 5) return CMARIADB_INCOMPLETE;
  if (packet[4] != 10) return CMARIADB_NO_GREETING;
  // Length and number, protocol, version, connection, scramble, 0, capabilities (MySQL internals, "Protocol::HandshakeV10").
  const unsigned char *end = memchr(packet + 5, 0, (size_t)count - 5);
  ssize_t flags = end == NULL ? count : end + 1 + 4 + 8 + 1 - packet;
  if (flags + 2 > count) return count == sizeof packet ? CMARIADB_NO_GREETING : CMARIADB_INCOMPLETE;
  return (packet[flags] | packet[flags + 1] << 8) & CLIENT_SSL ? CMARIADB_TLS : CMARIADB_NO_TLS;
}

void cmariadb_use_tls(const struct cmariadb *library, MYSQL *handle) {
  my_bool enforced = 1;
  library->options(handle, MYSQL_OPT_SSL_ENFORCE, &enforced);
}

void cmariadb_abandon(const struct cmariadb *library, MYSQL *handle) {
  // mysql_close sends a farewell, and would wait until it is taken.
  my_socket socket = library->socket(handle);
  if (socket >= 0) shutdown(socket, SHUT_RDWR);
  library->close(handle);
}
