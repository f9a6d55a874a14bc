#ifndef CLIBXML2_H
#define CLIBXML2_H

/* Debian's libxml2 draws in ICU's headers, which contradict those of the ICU inside Swift's Foundation, so that
   nothing that imports this could import Foundation (a test with resources does). Only xmlCharEncodingHandler
   has members that depend on it, and we never look into that. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/tree.h>

/* libxml2 brings ICU and libstdc++, and costs more to load than a steady monitor does all in all, so it is loaded when
   the first document is parsed and not before. */

/* Parses `size` bytes of UTF-8, without network, DTD or entities, into a tree that must not be changed
   (XML_PARSE_COMPACT). On failure answers NULL and says why in `message` (empty: no memory) and `line` (-1: libxml2
   cannot be loaded). */
xmlDoc *_Nullable cxml_parse(const char *_Nonnull bytes, int size, char *_Nonnull message, int capacity,
                             int *_Nonnull line);

/* The document's element; NULL if it has none. */
xmlNode *_Nullable cxml_root(const xmlDoc *_Nonnull document);

/* Frees what cxml_parse answered. */
void cxml_free_document(xmlDoc *_Nonnull document);

#endif
