/* Debian's libxml2 draws in ICU's headers, which contradict those of the ICU inside Swift's Foundation, so that
   nothing that imports this could import Foundation (a test with resources does). Only xmlCharEncodingHandler
   has members that depend on it, and we never look into that. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <stdio.h>

/* xmlFree is a mutable global function pointer, which Swift 6 refuses. */
static inline void cxml_free(void *_Nullable pointer) { xmlFree(pointer); }

/* Parses `size` bytes of UTF-8, without network, DTD or entities, into a tree that must not be changed
   (XML_PARSE_COMPACT). On failure answers NULL and says why in `message` (empty: no memory) and `line`.
   In C, because the type of xmlCtxtGetLastError's answer differs between libxml2 2.11 and 2.12. */
static inline xmlDoc *_Nullable cxml_parse(const char *_Nonnull bytes, int size, char *_Nonnull message,
                                           int capacity, int *_Nonnull line) {
  message[0] = 0;
  *line = 0;
  xmlParserCtxt *context = xmlNewParserCtxt();
  if (context == NULL) return NULL;
  /* The given encoding overrides the one declared in the text, which our own checks did not look at. */
  xmlDoc *document = xmlCtxtReadMemory(context, bytes, size, NULL, "UTF-8",
                                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                           XML_PARSE_NOBLANKS | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
  if (document == NULL) {
    const xmlError *error = xmlCtxtGetLastError(context);
    if (error != NULL && error->code != XML_ERR_NO_MEMORY) {
      snprintf(message, (size_t)capacity, "%s", error->message != NULL ? error->message : "unknown error");
      *line = error->line;
    }
  }
  xmlFreeParserCtxt(context);
  return document;
}
