#ifndef CMARIADB_H
#define CMARIADB_H

#if __has_include(<mariadb/mysql.h>)
#include <mariadb/mysql.h>
#else
#include <mysql.h>
#endif
#include <stdbool.h>

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

/* A handle with the options that every connection has: no waiting in the library, no option files, UTF-8. NULL when
 * there is no memory. */
MYSQL *cmariadb_new(const struct cmariadb *library);

/* Only through the Unix socket. */
void cmariadb_use_socket(const struct cmariadb *library, MYSQL *handle);
/* Only through TCP. With `ca`, the server's certificate must be signed by it and be for the host; else TLS is used where
 * the server has it. Strings may be NULL. */
void cmariadb_use_tcp(const struct cmariadb *library, MYSQL *handle, const char *ca, const char *certificate,
                      const char *key);

/* Ends a handle without a word to the server, so that it never waits. */
void cmariadb_abandon(const struct cmariadb *library, MYSQL *handle);

#endif
