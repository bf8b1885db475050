#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Refuses calls that are unsafe, that obey the host's locale, or that act on the whole process."""

import re

import tree

UNSAFE = """
    gets strcpy strcat sprintf vsprintf strtok rand srand random srandom drand48 system popen tmpnam
    tempnam mktemp alloca asctime ctime atof atoi atol atoll
"""
PROCESS = """
    setlocale signal sigaction exit _exit abort atexit setenv putenv unsetenv umask chdir fork
    daemon setrlimit GDALDestroyDriverManager OGRCleanupAll CPLSetErrorHandler
    CPLSetErrorHandlerEx CPLSetConfigOption CPLSetConfigOptions sqlite3_config sqlite3_shutdown
    sqlite3_auto_extension sqlite3_enable_shared_cache finishGEOS initGEOS
"""
MEMORY = """
    malloc calloc realloc free aligned_alloc posix_memalign strdup strndup reallocarray
"""
LOCALE = """
    strtod strtof strtold strtol strtoll strtoul strtoull sscanf fscanf scanf vsscanf snprintf
    vsnprintf asprintf vasprintf printf fprintf vprintf vfprintf dprintf puts putchar perror
"""
HOST = """
    time localtime localtime_r gmtime gmtime_r mktime strftime strptime tzset gettimeofday
    clock_gettime getenv secure_getenv assert
"""

# Where: which words. core/ wraps memory, numbers, files and time for everyone else.
RULES = [
    ("libcommunity/core/", (UNSAFE, PROCESS)),
    ("libcommunity/", (UNSAFE, PROCESS, MEMORY, LOCALE, HOST)),
    # Doors own their process, but print and parse numbers as the library does.
    ("plugins/", (UNSAFE, "strtod strtof strtold sscanf fscanf scanf setlocale")),
]


def rule_for(path):
    for prefix, words in RULES:
        if str(path).startswith(prefix):
            return " ".join(words).split()
    return []


def main():
    problems, seen = [], 0
    for path in tree.files(".c", ".h"):
        words = rule_for(path)
        if not words:
            continue
        seen += 1
        code = tree.code_only(tree.read(path))
        call = re.compile(r"(?<![\w.])(?<!->)(" + "|".join(words) + r")\s*\(")
        for match in call.finditer(code):
            problems.append(f"{path}:{tree.line_of(code, match.start())}: {match.group(1)}() is"
                            " banned here; core/core.h has what to use instead")
    tree.finish(problems, seen, "files free of banned calls")


if __name__ == "__main__":
    main()
