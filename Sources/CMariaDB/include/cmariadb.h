#ifndef CMARIADB_H
#define CMARIADB_H

#if __has_include(<mariadb/mysql.h>)
#include <mariadb/mysql.h>
#else
#include <mysql.h>
#endif
#include <stdbool.h>
#include <stdint.h>

/* Loaded when the first connection is made: it would cost every action 1 ms. The types come from the library's own
 * header: a wrong signature does not compile. */
struct cmariadb {
  __typeof__(&mysql_init) init;
  __typeof__(&mysql_options) options;
  __typeof__(&mysql_real_connect_start) connectStart;
  __typeof__(&mysql_real_connect_cont) connectContinue;
  __typeof__(&mysql_real_query_start) queryStart;
  __typeof__(&mysql_real_query_cont) queryContinue;
  __typeof__(&mysql_store_result_start) storeStart;
  __typeof__(&mysql_store_result_cont) storeContinue;
  __typeof__(&mysql_get_socket) socket;
  __typeof__(&mysql_fetch_row) fetchRow;
  __typeof__(&mysql_fetch_lengths) fetchLengths;
  __typeof__(&mysql_num_fields) fieldCount;
  __typeof__(&mysql_fetch_field_direct) field;
  __typeof__(&mysql_free_result) freeResult;
  __typeof__(&mysql_errno) errorNumber;
  __typeof__(&mysql_error) errorMessage;
  __typeof__(&mysql_get_server_info) serverVersion;
  __typeof__(&mysql_get_ssl_cipher) cipher;
  __typeof__(&mysql_close) close;
};

/* The library's functions, loaded on the first call; NULL when it cannot be loaded, with the reason in *why (static
 * storage of the loader). Single-threaded. */
const struct cmariadb *cmariadb_load(const char **why);

/* A handle with the options that every connection has: no waiting in the library but for the TLS handshake, which may
 * take some seconds, no option files, UTF-8. NULL when there is no memory. */
MYSQL *cmariadb_new(const struct cmariadb *library, unsigned int seconds);

/* While a connection is made: no wait in the library takes longer. */
void cmariadb_limit(const struct cmariadb *library, MYSQL *handle, int64_t milliseconds);
/* Once it is made: the library never waits by itself. */
void cmariadb_never_wait(const struct cmariadb *library, MYSQL *handle);

/* Refuses to send a password as it is, whatever the server asks for: the library would load mysql_clear_password and dialog
 * by itself. A library that does not know how goes on without. */
void cmariadb_restrict(const struct cmariadb *library, MYSQL *handle);

/* Only through the Unix socket. */
void cmariadb_use_socket(const struct cmariadb *library, MYSQL *handle);
/* Only through TCP. With `ca`, the server's certificate must be signed by it and be for the host; else TLS is
 * used after cmariadb_use_tls. Strings may be NULL. */
void cmariadb_use_tcp(const struct cmariadb *library, MYSQL *handle, const char *ca, const char *certificate,
                      const char *key);

/* What a server said of TLS in its first words, before anything was said to it. */
enum cmariadb_tls { CMARIADB_NOT_CONNECTED, CMARIADB_INCOMPLETE, CMARIADB_NO_GREETING, CMARIADB_NO_TLS, CMARIADB_TLS };
/* Looks at what has arrived; it stays there for the library. */
enum cmariadb_tls cmariadb_offered(const struct cmariadb *library, MYSQL *handle);
/* Use TLS. Only for a server that offers it: to another the library would send a password of caching_sha2_password as it
 * is, and in clear. */
void cmariadb_use_tls(const struct cmariadb *library, MYSQL *handle);

/* Ends a handle without a word to the server, so that it never waits. */
void cmariadb_abandon(const struct cmariadb *library, MYSQL *handle);

#endif
