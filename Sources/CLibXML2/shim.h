#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>

/* xmlFree is a mutable global function pointer, which Swift 6 refuses. */
static inline void cxml_free(void *_Nullable pointer) { xmlFree(pointer); }
