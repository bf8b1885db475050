/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_TYPES_H
#define COMMUNITY_TYPES_H

#include <stddef.h>
#include <stdint.h>

#define CMTY_API __attribute__((visibility("default")))
#define CMTY_MUSTCHECK __attribute__((warn_unused_result))

#endif
