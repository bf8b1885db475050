// SPDX-License-Identifier: MIT
// Planar Laplace as location-guard publishes its formula: the polar method, Lambert's W by Newton's
// rule from ln(-x) and rounded to six decimals, and a step along a great circle. Floating point.
'use strict';

const RADIUS_M = 6378137;

function lambertW(x) {
  let w = Math.log(-x), last;
  do {
    last = w;
    const e = Math.exp(w);
    w -= (w * e - x) / (e * (w + 1));
  } while (Math.abs(w - last) > 1e-10);
  return Math.round(w * 1e6) / 1e6;
}

function addNoise(epsilon, lat, lon) {
  const bearing = Math.random() * 2 * Math.PI, z = Math.random();
  const angle = -(lambertW((z - 1) / Math.E) + 1) / epsilon / RADIUS_M;
  const a = lat * Math.PI / 180, b = lon * Math.PI / 180;
  const to = Math.asin(Math.sin(a) * Math.cos(angle)
    + Math.cos(a) * Math.sin(angle) * Math.cos(bearing));
  const east = b + Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(a),
    Math.cos(angle) - Math.sin(a) * Math.sin(to));
  return [to * 180 / Math.PI, ((east + 3 * Math.PI) % (2 * Math.PI) - Math.PI) * 180 / Math.PI];
}

const count = 1e6;
let sum = 0;
for (let i = 0; i < 100000; i++) sum += addNoise(0.01, 41, i * 1e-6)[0]; // let it be compiled
const start = process.cpuUsage();
for (let i = 0; i < count; i++) sum += addNoise(0.01, 41.8 + i * 1e-7, -87.6 + i * 1e-6)[1];
const used = process.cpuUsage(start);
console.log((used.user + used.system) / 1e6, sum > 0 ? '' : ' ');
