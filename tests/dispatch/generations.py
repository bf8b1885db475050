#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Hosts and plugins of two generations in all four pairs, and the plugin of today in a host that
was built with the first header.

The first generation is the frozen copy of the header. The next one is made from it as the contract
allows: a function more in each table, a member more in the incident.
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-D_POSIX_C_SOURCE=200809L"]

PLUGIN = r"""
#include <community/dispatch.h>
#include <stdlib.h>

static int32_t create(const cmty_dispatch_host *host, void **instance)
{
    *instance = (void *)host;
    return CMTY_OK;
}

static int32_t poll(void *instance, int64_t for_ms)
{
    const cmty_dispatch_host *host = instance;
    cmty_dispatch_incident incident = {.struct_size = sizeof incident, .ref = "r"};
    cmty_dispatch_answer answer = {.struct_size = sizeof answer};

    (void)for_ms;
#if GENERATION == 2
    incident.weather = "rain";
    if (host->struct_size >= sizeof *host && host->sing != NULL)
        host->sing(host->context);
#endif
    return host->incident_upsert(host->context, &incident, &answer);
}

#if GENERATION == 2
static int32_t dance(void *instance)
{
    (void)instance;
    return 7;
}
#endif

static const cmty_dispatch_plugin plugin = {
    .struct_size = sizeof plugin,
    .create = create,
    .poll = poll,
#if GENERATION == 2
    .dance = dance,
#endif
};

int32_t cmty_dispatch_entry(cmty_dispatch_negotiation *n, const cmty_dispatch_plugin **out)
{
    n->chosen_major = CMTY_DISPATCH_MAJOR;
    n->plugin_minor = CMTY_DISPATCH_MINOR;
    *out = &plugin;
    return CMTY_OK;
}
"""

HOST = r"""
#include <community/dispatch.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static int32_t on_incident(void *context, const cmty_dispatch_incident *i, cmty_dispatch_answer *a)
{
    (void)context;
    (void)a;
    printf("incident %s", i->ref);
#if GENERATION == 2
    printf(" %s", i->struct_size >= sizeof *i ? i->weather : "no weather");
#endif
    return CMTY_OK;
}

#if GENERATION == 2
static void sing(void *context)
{
    (void)context;
    printf("la ");
}
#endif

int main(int argc, char **argv)
{
    cmty_dispatch_host host = {.struct_size = sizeof host, .incident_upsert = on_incident};
    cmty_dispatch_negotiation n = {.struct_size = sizeof n, .host_major_min = 1,
                                   .host_major_max = 1, .host_minor = CMTY_DISPATCH_MINOR};
    const cmty_dispatch_plugin *plugin = NULL;
    cmty_dispatch_entry_fn entry;
    void *instance, *symbol = dlsym(dlopen(argv[argc - 1], RTLD_NOW | RTLD_LOCAL),
                                    CMTY_DISPATCH_ENTRY);

    memcpy(&entry, &symbol, sizeof entry);
    if (entry(&n, &plugin) != CMTY_OK)
        return 1;
#if GENERATION == 2
    host.sing = sing;
#endif
    if (plugin->create(&host, &instance) != CMTY_OK || plugin->poll(instance, 1) != CMTY_OK)
        return 1;
#if GENERATION == 2
    printf(" %d", plugin->struct_size >= sizeof *plugin ? (int)plugin->dance(instance) : -1);
#endif
    puts("");
    return 0;
}
"""


def grown(header):
    """The next minor, as the rules have it: members at the ends of their structs."""
    for name, member in (("cmty_dispatch_incident", "const char *weather;"),
                         ("cmty_dispatch_host", "void (*sing)(void *context);"),
                         ("cmty_dispatch_plugin", "int32_t (*dance)(void *instance);")):
        assert header.count(f"}} {name};") == 1, name
        header = header.replace(f"}} {name};", f"    {member}\n}} {name};")
    return header.replace("CMTY_DISPATCH_MINOR = 0", "CMTY_DISPATCH_MINOR = 1")


class Generations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        first = (HERE / "frozen/dispatch_1_0.h").read_text(encoding="utf-8")
        for generation, header in ((1, first), (2, grown(first))):
            include = cls.folder / str(generation) / "community"
            include.mkdir(parents=True)
            (include / "dispatch.h").write_text(header)
            (include / "types.h").write_bytes((ROOT / "include/community/types.h").read_bytes())
            cls.compile(generation, "plugin.so", PLUGIN, "-shared", "-fPIC")
            cls.compile(generation, "host", HOST)

    @classmethod
    def compile(cls, generation, name, text, *flags):
        folder = cls.folder / str(generation)
        source = folder / f"{name}.c"
        source.write_text(text)
        subprocess.run(["gcc", *FLAGS, *flags, f"-DGENERATION={generation}", "-I", folder,
                        "-o", folder / name, source, "-ldl"], check=True)

    def test_four_pairs(self):
        for host, plugin, want in ((1, 1, "incident r"), (1, 2, "incident r"),
                                   (2, 1, "incident r no weather -1"),
                                   (2, 2, "la incident r rain 7")):
            with self.subTest(host=host, plugin=plugin):
                out = subprocess.run([self.folder / str(host) / "host",
                                      self.folder / str(plugin) / "plugin.so"],
                                     check=True, capture_output=True, text=True).stdout
                self.assertEqual(out.strip(), want)

    def test_the_plugin_of_today_in_the_example_host_of_the_first_header(self):
        source = ROOT / "plugins/dispatch/example_host.c"
        host = self.folder / "example_host"
        subprocess.run(["gcc", *FLAGS, "-I", self.folder / "1", "-o", host, source, "-ldl"],
                       check=True)
        done = subprocess.run([host, BUILD / "lib/libcommunity_dispatch.so"], check=False,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertIn("contract 1.", done.stdout)
        self.assertIn("configuration key store is needed", done.stderr)

    def test_one_symbol_is_exported_and_the_example_is_short(self):
        out = subprocess.run(["nm", "-D", "--defined-only", BUILD / "lib/libcommunity_dispatch.so"],
                             check=True, capture_output=True, text=True).stdout
        self.assertEqual([line.split()[2] for line in out.splitlines()], ["cmty_dispatch_entry"])
        text = (ROOT / "plugins/dispatch/example_host.c").read_text(encoding="utf-8")
        self.assertLessEqual(text.count("\n"), 200)
        self.assertEqual([line for line in text.splitlines() if "#include <community/" in line],
                         ["#include <community/dispatch.h>"])


if __name__ == "__main__":
    unittest.main()
