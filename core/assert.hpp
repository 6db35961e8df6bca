#pragma once

#include <cstdio>
#include <cstdlib>

/// What only a bug of ours can cause. Checked in every build: the cost is nothing beside the work it guards.
#define SYNCOPATE_ASSERT(condition)                                                                                    \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition);                     \
            std::abort();                                                                                              \
        }                                                                                                              \
    } while (false)
