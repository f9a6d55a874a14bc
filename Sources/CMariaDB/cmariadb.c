#include "cmariadb.h"

#include <dlfcn.h>
#include <stddef.h>
#include <sys/socket.h>

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

MYSQL *cmariadb_new(const struct cmariadb *library) {
  MYSQL *handle = library->init(NULL);
  if (handle == NULL) return NULL;
  // The library does its work on a stack of its own; a TLS handshake, and loading an authentication plugin, are deep.
  size_t stack = 256 * 1024;
  library->options(handle, MYSQL_OPT_NONBLOCK, &stack);
  library->options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  return handle;
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

void cmariadb_abandon(const struct cmariadb *library, MYSQL *handle) {
  // mysql_close sends a farewell, and would wait until it is taken.
  my_socket socket = library->socket(handle);
  if (socket >= 0) shutdown(socket, SHUT_RDWR);
  library->close(handle);
}
