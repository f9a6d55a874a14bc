#ifndef CLIBPQ_H
#define CLIBPQ_H

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

/* libpq brings 22 shared objects (LDAP, SASL, GnuTLS, Kerberos ...) and costs 4 ms to load, so it is loaded when the
 * first connection is made and not before. The types come from libpq's own header: a wrong signature does not compile. */
struct clibpq {
  __typeof__(&PQconnectStartParams) connectStart;
  __typeof__(&PQconnectPoll) connectPoll;
  __typeof__(&PQstatus) status;
  __typeof__(&PQsocket) socket;
  __typeof__(&PQerrorMessage) errorMessage;
  __typeof__(&PQsetErrorVerbosity) setErrorVerbosity;
  __typeof__(&PQfinish) finish;
  __typeof__(&PQsendQuery) sendQuery;
  __typeof__(&PQflush) flush;
  __typeof__(&PQsetnonblocking) setNonBlocking;
  __typeof__(&PQconsumeInput) consumeInput;
  __typeof__(&PQisBusy) isBusy;
  __typeof__(&PQgetResult) getResult;
  __typeof__(&PQresultStatus) resultStatus;
  __typeof__(&PQresultErrorField) resultErrorField;
  __typeof__(&PQresultErrorMessage) resultErrorMessage;
  __typeof__(&PQntuples) rows;
  __typeof__(&PQnfields) columns;
  __typeof__(&PQfname) columnName;
  __typeof__(&PQgetvalue) value;
  __typeof__(&PQgetisnull) isNull;
  __typeof__(&PQclear) clear;
  __typeof__(&PQgetCopyData) copyData;
  __typeof__(&PQfreemem) freeMemory;
  __typeof__(&PQconninfoParse) parseConnectionString;
  __typeof__(&PQconninfoFree) freeOptions;
};

/* The library's functions, loaded on the first call; NULL when it cannot be loaded, with the reason in *why (static
 * storage of the loader). Single-threaded. */
const struct clibpq *clibpq_load(const char **why);

/* PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY are character constants, which Swift does not import. */
static inline int clibpq_field_sqlstate(void) { return PG_DIAG_SQLSTATE; }
static inline int clibpq_field_message(void) { return PG_DIAG_MESSAGE_PRIMARY; }

#endif
