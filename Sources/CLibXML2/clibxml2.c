#include "clibxml2.h"

#include <dlfcn.h>
#include <stdio.h>

/* libxml2 2.14 changed its ABI: the library must be the one whose headers this was compiled with. */
#if LIBXML_VERSION >= 21400
#define LIBRARY "libxml2.so.16"
#else
#define LIBRARY "libxml2.so.2"
#endif

static struct {
  __typeof__(&xmlNewParserCtxt) newContext;
  __typeof__(&xmlCtxtReadMemory) read;
  __typeof__(&xmlCtxtGetLastError) lastError;
  __typeof__(&xmlFreeParserCtxt) freeContext;
  __typeof__(&xmlDocGetRootElement) root;
  __typeof__(&xmlFreeDoc) freeDocument;
} table;
static int loaded;

static int load(char *message, int capacity) {
  if (loaded) return 1;
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    snprintf(message, (size_t)capacity, "%s", dlerror());
    return 0;
  }
#define LOAD(field, function)                                                   \
  table.field = (__typeof__(table.field))dlsym(library, #function);             \
  if (table.field == NULL) {                                                    \
    snprintf(message, (size_t)capacity, LIBRARY " has no " #function);          \
    return 0;                                                                   \
  }
  LOAD(newContext, xmlNewParserCtxt)
  LOAD(read, xmlCtxtReadMemory)
  LOAD(lastError, xmlCtxtGetLastError)
  LOAD(freeContext, xmlFreeParserCtxt)
  LOAD(root, xmlDocGetRootElement)
  LOAD(freeDocument, xmlFreeDoc)
#undef LOAD
  loaded = 1;
  return 1;
}

xmlDoc *cxml_parse(const char *bytes, int size, char *message, int capacity, int *line) {
  message[0] = 0;
  *line = 0;
  if (!load(message, capacity)) {
    *line = -1;
    return NULL;
  }
  xmlParserCtxt *context = table.newContext();
  if (context == NULL) return NULL;
  /* The given encoding overrides the one declared in the text, which our own checks did not look at. */
  xmlDoc *document = table.read(context, bytes, size, NULL, "UTF-8",
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS |
                                    XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
  if (document == NULL) {
    const xmlError *error = table.lastError(context);
    if (error != NULL && error->code != XML_ERR_NO_MEMORY) {
      snprintf(message, (size_t)capacity, "%s", error->message != NULL ? error->message : "unknown error");
      *line = error->line;
    }
  }
  table.freeContext(context);
  return document;
}

xmlNode *cxml_root(const xmlDoc *document) { return table.root(document); }

void cxml_free_document(xmlDoc *document) { table.freeDocument(document); }
