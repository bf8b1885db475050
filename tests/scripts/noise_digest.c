/* SPDX-License-Identifier: MIT */
/* One hash over many draws of the lattice law, and over the lattice itself. It is compiled by
   noise_compilers.py with the sources of the noise alone, in several ways. */
#include "privacy/lattice.h"
#include "privacy/noise.h"

#include <sodium.h>
#include <stdio.h>

static void add(crypto_generichash_state *state, int64_t v)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)v >> (8 * i));
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void add_draws(crypto_generichash_state *state, uint64_t rate)
{
    static const uint8_t key[32] = {3, 1, 4, 1, 5};
    const cmty__draw_key k = {.law = 1, .scale_a = (int64_t)rate, .column = -5};
    cmty__stream s;

    cmty__stream_open(&s, key, &k, "digest");
    for (int i = 0; i < 50000; i++) {
        int64_t east = 0, north = 0;

        (void)cmty__lattice_noise(&s, rate, &east, &north);
        add(state, east);
        add(state, north);
    }
}

static void add_lattice(crypto_generichash_state *state, double step_m)
{
    cmty__lattice l = cmty__lattice_make(step_m);

    for (double lat = -84.3; lat < 85; lat += 0.7)
        for (double lon = -179.9; lon < 180; lon += 7.3) {
            cmty__cell cell = cmty__lattice_cell(&l, (cmty_point){lon, lat});
            cmty__cell moved = cmty__lattice_move(&l, cell, 1234, -4321, 1u << 30);
            cmty_point p = cmty__lattice_point(&l, moved);

            add(state, moved.row);
            add(state, moved.column);
            add(state, (int64_t)(p.lon_deg * 1e7));
            add(state, (int64_t)(p.lat_deg * 1e7));
        }
}

int main(void)
{
    crypto_generichash_state state;
    uint8_t hash[16];

    if (sodium_init() < 0)
        return 1;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    add_draws(&state, 42949);
    add_draws(&state, 429391872);
    add_draws(&state, (uint64_t)5 << 32);
    add_lattice(&state, 10);
    add_lattice(&state, 333.333);
    crypto_generichash_final(&state, hash, sizeof hash);
    for (size_t i = 0; i < sizeof hash; i++)
        printf("%02x", hash[i]);
    printf("\n");
    return 0;
}
