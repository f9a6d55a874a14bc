#ifndef CLIBPQ_H
#define CLIBPQ_H
#endif
