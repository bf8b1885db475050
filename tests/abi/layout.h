/* SPDX-License-Identifier: MIT */
#ifndef CMTY_TESTS_ABI_LAYOUT_H
#define CMTY_TESTS_ABI_LAYOUT_H

/*
 * The layouts and values that programs have compiled in, asserted by the compiler; never run. A
 * line is added when a struct or a value is, and never changed: a failure is a break of the ABI.
 */

#include <community/community.h>

#if UINTPTR_MAX != 0xffffffffffffffff
#error "write down the layouts of this data model beside those of LP64"
#endif

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
/* Headed by struct_size: may grow at its end, never shrink. */
#define GROWS(type, size) _Static_assert(sizeof(type) >= (size), #type)
#define AT(type, member, offset)                                                                   \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member)
#define VALUE(name, value) _Static_assert((name) == (value), #name)

#endif
