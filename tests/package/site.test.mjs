/** The built site of the documentation: its links hold, it is whole, and it needs nothing from elsewhere. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { before, test } from "node:test";
import { pages } from "../../xtask/docs/pages.mjs";
import { makeProject, ROOT } from "./lib.mjs";

const SITE = join(ROOT, "target/docs/site");
const BASE = "/docs/";
/** The text of each page, by its path. */
const html = new Map();

before(async () => {
  const files = await readdir(SITE, { recursive: true }).catch(() => {
    throw new Error("the site is missing: run `cargo xtask docs` first");
  });
  for (const file of files.filter((name) => name.endsWith(".html"))) {
    html.set(file.replaceAll("\\", "/"), await readFile(join(SITE, file), "utf8"));
  }
});

const idsOf = (text) => new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));

/** The links of pages that lead nowhere. */
function broken(site) {
  const ids = new Map([...site].map(([page, text]) => [page, idsOf(text)]));
  const found = [];
  for (const [page, text] of site) {
    for (const [, href] of text.matchAll(/<a\s[^>]*href="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(href)) continue;
      const [path, anchor] = href.replaceAll("&amp;", "&").split("#");
      const place = path.startsWith(BASE) ? path.slice(BASE.length) : posix.join(posix.dirname(page), path);
      const target = path === "" ? page : place === "" || place.endsWith("/") ? `${place}index.html` : place;
      const there = ids.get(target);
      if (there === undefined || (anchor && !there.has(decodeURIComponent(anchor)))) found.push(`${page}: ${href}`);
    }
  }
  return found;
}

test("every link leads to a page, and to a place on it", () => {
  assert.ok(html.size > 100, `${html.size} pages`);
  assert.deepEqual(broken(html), []);
});

test("a link that leads nowhere would be found", () => {
  const site = new Map([
    ["a/b.html", '<h2 id="x"></h2><a class="c" href="../c.html#y">c</a><a href="#x">x</a><a href="/docs/d.html">d</a>'],
    ["c.html", '<h2 id="z"></h2>'],
  ]);
  assert.deepEqual(broken(site), ["a/b.html: ../c.html#y", "a/b.html: /docs/d.html"]);
});

test("every page of the documentation is there", async () => {
  for (const place of (await pages()).keys()) {
    assert.ok(html.has(place.replace(/\.md$/, ".html")), place);
  }
});

test("the reference has every class and function, and names every export", async () => {
  const project = await makeProject();
  for (const [entry, name] of [
    ["", "seller-tickets"],
    ["/kaufland", "kaufland"],
    ["/clickbank", "clickbank"],
    ["/magalu", "magalu"],
    ["/jtl-scx", "jtl-scx"],
    ["/probo", "probo"],
    ["/gateway", "gateway"],
    ["/files", "files"],
    ["/desk", "desk"],
  ]) {
    const page = html.get(`api/${name}/index.html`);
    assert.ok(page !== undefined, name);
    for (const value of Object.keys(await project.load(entry))) {
      assert.match(page, new RegExp(`\\b${value}\\b`), `${entry}: ${value}`);
    }
  }
  await project.dispose();
  for (const page of ["kaufland/classes/Kaufland", "magalu/classes/Magalu", "common/classes/ListPromise"]) {
    assert.ok(html.has(`api/${page}.html`), page);
  }
});

test("the pages in the package link to each other, and its README to them", async () => {
  const { installed, dispose } = await makeProject();
  const places = ["README.md", ...[...(await pages()).keys()].map((place) => `docs/${place}`)];
  const texts = new Map();
  for (const place of places) texts.set(place, await readFile(join(installed, place), "utf8"));
  const links = [];
  for (const [place, text] of texts) {
    for (const [, target] of text.replaceAll(/^```.*?^```$/gms, "").matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^[a-z]+:|^#/.test(target)) continue;
      links.push([place, posix.join(posix.dirname(place), target.split("#")[0])]);
    }
  }
  await dispose();
  assert.ok(links.length > 80, `${links.length} links`);
  assert.deepEqual(
    links.filter(([, target]) => !texts.has(target)),
    [],
  );
});

test("a page holds no script, and nothing comes from another host", async () => {
  for (const [page, text] of html) {
    assert.doesNotMatch(text, /<script[^>]*>[^<]/, page);
    for (const [, address] of text.matchAll(/<(?:script|link|img)\s[^>]*(?:src|href)="([^"]+)"/g)) {
      assert.ok(address.startsWith(BASE) || address.startsWith("data:"), `${page}: ${address}`);
    }
  }
});

test("every code of errors is found by its anchor, as `docsUrl` names it", async () => {
  const source = await readFile(join(ROOT, "docs/errors.md"), "utf8");
  const there = idsOf(html.get("errors.html"));
  const codes = [...source.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
  assert.ok(codes.length > 100);
  assert.deepEqual(
    codes.filter((code) => !there.has(code)),
    [],
  );
});
