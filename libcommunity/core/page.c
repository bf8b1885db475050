/* SPDX-License-Identifier: MIT */
/* The frame of a self-contained HTML page: head, style sheet, script, foot. It reaches nothing
   outside the file, and is whole without its script. Any thread. */
#include "core/core.h"

/* Shades: one blue from light to dark by day, from dark to light by night; never so dark or light
   that a border, a dot or a label on it is lost. */
static const char *const common_style[] = {
    ":root{color-scheme:light dark;--paper:#fff;--ink:#16212b;--soft:#52606d;--line:#d9e0e6;"
    "--panel:#f5f7f9;--edge:#3d5163;--dot:#c2410c;--dot-edge:#fff;--halo:#fff;--bar:#2f7cb8;"
    "--cz:#fff;--c0:#e9f1fa;--c1:#c6dcef;--c2:#93c1e1;--c3:#559ccd;--c4:#2373b2;"
    "--hb:#f1f1ef;--hl:#a9a9a3}"
    "@media(prefers-color-scheme:dark){:root{--paper:#10171e;--ink:#e8eef3;--soft:#9fb0be;"
    "--line:#2b3843;--panel:#18212a;--edge:#a3b5c4;--dot:#fb923c;--dot-edge:#10171e;"
    "--halo:#10171e;--bar:#5aa5d6;--cz:#141d25;--c0:#17293a;--c1:#1b4060;--c2:#205a86;"
    "--c3:#2b79b1;--c4:#469bd6;--hb:#20262b;--hl:#56616b}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 \"Segoe UI\","
    "system-ui,-apple-system,\"Helvetica Neue\",\"Noto Sans\",\"DejaVu Sans\",sans-serif}"
    "main,header,footer{max-width:1280px;margin:0 auto;padding:0 40px}"
    "header{padding-top:44px}"
    "h1{font-size:34px;line-height:1.2;font-weight:650;letter-spacing:-.012em;margin:0 0 6px}"
    "h2{font-size:20px;font-weight:650;margin:0 0 14px;letter-spacing:-.005em}"
    "h3{font-size:13px;font-weight:650;margin:0 0 8px}"
    ".period{color:var(--soft);font-size:18px;margin:0}"
    ".facts{display:flex;flex-wrap:wrap;gap:10px 56px;margin:28px 0 36px;padding:20px 0;"
    "border:solid var(--line);border-width:1px 0}"
    ".facts div{display:flex;flex-direction:column-reverse}"
    ".facts dt{color:var(--soft);font-size:14px}"
    ".facts dd{margin:0;font-size:30px;line-height:1.2;font-weight:650;"
    "font-variant-numeric:tabular-nums}"
    ".split{display:grid;grid-template-columns:minmax(0,1fr) 340px;gap:48px;align-items:start}"
    "section{margin:0 0 52px}"
    ".map{display:block;width:100%;max-height:900px;margin:10px 0 14px}"
    ".beats path,.legend rect{stroke:var(--edge);stroke-width:.8;stroke-linejoin:round}"
    ".beats path{fill-rule:evenodd}.beats path.on{stroke:var(--dot);stroke-width:2.6}"
    ".labels{pointer-events:none}"
    ".labels text{text-anchor:middle;font-weight:650;fill:var(--ink);stroke:var(--halo);"
    "stroke-width:.26em;stroke-opacity:.9;stroke-linejoin:round;paint-order:stroke}"
    ".labels .n{font-weight:500}",
    "input{accent-color:var(--dot);margin:0 6px 0 0;vertical-align:-1px}"
    "input+label{margin-right:22px;font-size:14px}"
    ".key{display:flex;flex-wrap:wrap;gap:16px 40px;justify-content:space-between;"
    "align-items:flex-start}"
    ".legend ul{list-style:none;margin:0 0 8px;padding:0;display:flex;flex-wrap:wrap;"
    "gap:4px 20px;font-size:14px}"
    ".legend li{display:flex;align-items:center;gap:7px}"
    ".scale path{fill:none;stroke:var(--ink)}.scale text{font-size:12px;fill:var(--ink)}"
    ".scroll{overflow-x:auto}",
    "table{border-collapse:collapse;width:100%;font-size:15px;"
    "font-variant-numeric:tabular-nums}"
    "th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line)}"
    "th.r,td.r{text-align:right;padding-right:26px}"
    "thead th,thead td{border-bottom:2px solid var(--edge);font-size:13px;vertical-align:bottom}"
    "tbody th{font-weight:600}tbody tr:hover{background:var(--panel)}"
    "tfoot th,tfoot td{border-bottom:0;border-top:2px solid var(--edge);font-weight:650}"
    "td .bar{display:inline-block;height:9px;background:var(--bar);border-radius:2px}"
    "td.w{width:26%;padding-right:0}"
    ".no{color:var(--soft)}"
    "th button{all:unset;cursor:pointer;font-weight:650}"
    "th button:focus-visible{outline:2px solid var(--dot);outline-offset:3px}"
    "th[aria-sort=ascending] button::after{content:\" \\2191\"}"
    "th[aria-sort=descending] button::after{content:\" \\2193\"}"
    ".notes{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:28px 48px}"
    ".notes p,.notes ul{margin:0 0 10px}.notes ul{padding-left:18px}"
    "details{font-size:14px}summary{cursor:pointer}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);padding:14px 16px;"
    "border-radius:4px;font-size:12.5px}"
    "footer{color:var(--soft);font-size:13px;padding-top:18px;padding-bottom:40px;"
    "border-top:1px solid var(--line)}",
    "@media(max-width:980px){.split{grid-template-columns:minmax(0,1fr)}"
    "main,header,footer{padding-left:20px;padding-right:20px}}"
    "@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#333;--line:#bbb;"
    "--panel:#fff;--edge:#3d5163;--dot:#c2410c;--dot-edge:#fff;--halo:#fff;--bar:#2f7cb8;--cz:#fff;"
    "--c0:#e9f1fa;--c1:#c6dcef;--c2:#93c1e1;--c3:#559ccd;--c4:#2373b2;--hb:#f1f1ef;--hl:#a9a9a3}"
    "body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "header,main,footer{padding:0;max-width:none}input,input+label,details{display:none}"
    ".split{grid-template-columns:minmax(0,1fr) 190pt;gap:20pt}.map{max-height:150mm}"
    "section{break-inside:avoid-page}section.long{break-inside:auto}tr{break-inside:avoid}"
    "@page{margin:14mm}}",
    NULL};

/* Sorts the first table by a heading, and shows on the map what a row with `data-beat` is about. */
static const char *const table_script[] = {
    "(function(){'use strict';"
    "var t=document.querySelector('table');if(!t)return;var body=t.tBodies[0];"
    "function key(r,i){var c=r.cells[i],v=c.getAttribute('data-v');"
    "return v===null?c.textContent:v===''?-1:+v}"
    "t.querySelectorAll('thead th').forEach(function(th){"
    "if(th.classList.contains('w'))return;var i=th.cellIndex,b=document.createElement('button');"
    "b.type='button';b.textContent=th.textContent;th.textContent='';th.appendChild(b);"
    "b.addEventListener('click',function(){"
    "var down=th.getAttribute('aria-sort')==='ascending'||"
    "(th.classList.contains('r')&&!th.hasAttribute('aria-sort')),s=down?-1:1;"
    "t.querySelectorAll('th').forEach(function(o){o.removeAttribute('aria-sort')});"
    "th.setAttribute('aria-sort',down?'descending':'ascending');"
    "Array.from(body.rows).sort(function(p,q){var a=key(p,i),z=key(q,i);"
    "return s*(typeof a==='number'?a-z:a.localeCompare(z,undefined,{numeric:true}))})"
    ".forEach(function(r){body.appendChild(r)})})});"
    "function mark(id,on){var p=document.getElementById(id);if(p){p.classList.toggle('on',on);"
    "if(on)p.parentNode.appendChild(p)}}"
    "Array.from(body.rows).forEach(function(r){var id=r.getAttribute('data-beat');if(!id)return;"
    "r.addEventListener('mouseenter',function(){mark(id,true)});"
    "r.addEventListener('mouseleave',function(){mark(id,false)})})})();",
    NULL};

static void put_pieces(cmty__buf *out, const char *const *pieces)
{
    for (; pieces != NULL && *pieces != NULL; pieces++)
        cmty__buf_text(out, *pieces);
}

void cmty__page_begin(cmty__buf *out, const char *title, const char *const *style)
{
    cmty__buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                        "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                        "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    cmty__buf_xml(out, title);
    cmty__buf_text(out, "</title>\n<style>");
    put_pieces(out, common_style);
    put_pieces(out, style);
    cmty__buf_text(out, "</style>\n</head>\n<body>\n<header>\n<h1>");
    cmty__buf_xml(out, title);
    cmty__buf_text(out, "</h1>\n");
}

void cmty__page_end(cmty__buf *out)
{
    cmty__buf_format(out, "Made by libcommunity %s. This page needs no network.</footer>\n<script>",
                     cmty_version_string());
    put_pieces(out, table_script);
    cmty__buf_text(out, "</script>\n</body>\n</html>\n");
}

void cmty__page_number(cmty__buf *out, int64_t n)
{
    char digits[32];
    size_t size;

    cmty__format(digits, sizeof digits, "%lld", (long long)n);
    size = strlen(digits);
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0 && digits[i - 1] != '-')
            cmty__buf_char(out, ',');
        cmty__buf_char(out, digits[i]);
    }
}

void cmty__page_paragraph(cmty__buf *out, const char *text)
{
    cmty__buf_text(out, "<p>");
    cmty__buf_xml(out, text);
    cmty__buf_text(out, "</p>\n");
}

void cmty__page_cell(cmty__buf *out, const char *text)
{
    cmty__buf_text(out, "<td>");
    cmty__buf_xml(out, text);
    cmty__buf_text(out, "</td>");
}

void cmty__page_swatch(cmty__buf *out, const char *class)
{
    cmty__buf_format(out,
                     "<li><svg width=\"26\" height=\"16\" aria-hidden=\"true\"><rect x=\".5\" "
                     "y=\".5\" width=\"25\" height=\"15\" rx=\"2\" class=\"%s\"/></svg>",
                     class);
}
