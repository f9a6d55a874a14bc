#include "clibpq.h"

#include <dlfcn.h>
#include <stddef.h>

static struct clibpq table;
static int loaded;

const struct clibpq *clibpq_load(const char **why) {
  if (loaded) return &table;
  void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    *why = dlerror();
    return NULL;
  }
#define LOAD(field, function)                                             \
  table.field = (__typeof__(table.field))dlsym(library, #function);       \
  if (table.field == NULL) {                                              \
    *why = "libpq.so.5 has no " #function;                                \
    return NULL;                                                          \
  }
  LOAD(connectStart, PQconnectStartParams)
  LOAD(connectPoll, PQconnectPoll)
  LOAD(status, PQstatus)
  LOAD(socket, PQsocket)
  LOAD(errorMessage, PQerrorMessage)
  LOAD(setErrorVerbosity, PQsetErrorVerbosity)
  LOAD(finish, PQfinish)
  LOAD(sendQuery, PQsendQuery)
  LOAD(flush, PQflush)
  LOAD(setNonBlocking, PQsetnonblocking)
  LOAD(consumeInput, PQconsumeInput)
  LOAD(isBusy, PQisBusy)
  LOAD(getResult, PQgetResult)
  LOAD(resultStatus, PQresultStatus)
  LOAD(resultErrorField, PQresultErrorField)
  LOAD(resultErrorMessage, PQresultErrorMessage)
  LOAD(rows, PQntuples)
  LOAD(columns, PQnfields)
  LOAD(columnName, PQfname)
  LOAD(value, PQgetvalue)
  LOAD(isNull, PQgetisnull)
  LOAD(clear, PQclear)
  LOAD(copyData, PQgetCopyData)
  LOAD(freeMemory, PQfreemem)
  LOAD(parseConnectionString, PQconninfoParse)
  LOAD(freeOptions, PQconninfoFree)
#undef LOAD
  loaded = 1;
  return &table;
}
