// Who is let in, and what the Worker lets no one do: the sign-in, the desk's and the gateway's doors, the
// pages' policy, photos, and Magalu's tokens, which the desk and the gateway share.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fetchAlone } from "../../www-demo/local/alone.mjs";
import { LOCAL_KEYS } from "../../www-demo/local.mjs";
import { Dashboard, Marketplace, noisePng, ZIP } from "./support.mjs";

// Node 20 has none of its own.
const WebSocket = createRequire(import.meta.url)("ws");

const dashboard = new Dashboard();
let demo;
let kaufland;
let magalu;
let cookie;

before(async () => {
  // So short that each of Magalu's tokens is over before the next round.
  const prepare = ({ control }) => control.settings({ magalu: { expires_in: 1 } });
  await dashboard.start({ most: 3, prepare });
  demo = dashboard.demo;
  kaufland = new Marketplace(demo);
  magalu = new Marketplace(demo, "magalu", "/magalu");
  const [{ name, value }] = dashboard.signedIn.cookies;
  cookie = { name, value };
});
after(() => dashboard.stop());
afterEach(() => dashboard.settle());

const ask = (path, { cookie: sent, method = "GET", headers = {}, body } = {}) =>
  fetchAlone(new URL(path, demo.url), { method, headers: { ...(sent ? { cookie: sent } : {}), ...headers }, body });
const signIn = (body, headers = {}) =>
  ask("/session", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** Whether a socket for changes opens. */
const opens = (sent) =>
  new Promise((resolve) => {
    const url = new URL("/api/desk/live?after=0", demo.url.replace("http", "ws"));
    const socket = new WebSocket(url, { headers: sent ? { cookie: sent } : {}, origin: demo.url });
    socket.on("open", () => {
      socket.close();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

describe("sign-in", () => {
  test("a wrong code is refused in words, the right one opens the desk, and signing out closes it", async () => {
    const page = await dashboard.open("/", { signedOut: true });
    await dashboard.signIn(page, { code: "not the code" });
    await page.getByText(/access code is not right/i).waitFor();
    assert.equal(await page.locator("[data-name]").count(), 0);

    await dashboard.signIn(page);
    await page.locator("[data-name]").first().waitFor();
    const [found] = await page.context().cookies();
    assert.equal(found.httpOnly, true);
    assert.equal(found.sameSite, "Strict");
    assert.ok(found.expires > Date.now() / 1000 && found.expires < Date.now() / 1000 + 13 * 3600);

    await page.reload();
    await page.locator("[data-name]").first().waitFor();
    await dashboard.signOut(page);
    await page.getByLabel("Access code").waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    assert.equal(await page.locator("[data-name]").count(), 0);
  });

  test("a session says who it is for and what it opens; a name is one line of up to 60 characters", async () => {
    assert.deepEqual(await (await ask("/session")).json(), { signed_in: false });
    const response = await signIn({ code: demo.accessCode, person: "  Zoë Müller  " });
    const { expires, ...told } = await response.json();
    assert.ok(Date.parse(expires) > Date.now());
    assert.deepEqual(told, {
      signed_in: true,
      person: "Zoë Müller",
      accounts: [
        { id: "kf-de", marketplace: "kaufland", label: "Kaufland" },
        { id: "cb", marketplace: "clickbank", label: "ClickBank" },
        { id: "mg", marketplace: "magalu", label: "Magalu" },
        { id: "jtl", marketplace: "jtl-scx", label: "JTL-SCX" },
        { id: "pb", marketplace: "probo", label: "Probo" },
      ],
      photos: true,
    });
    const own = response.headers.get("set-cookie").split(";")[0];
    assert.equal((await (await ask("/session", { cookie: own })).json()).person, "Zoë Müller");
    for (const person of ["", "   ", "two\nlines", "x".repeat(61), 7, null, undefined]) {
      assert.equal((await signIn({ code: demo.accessCode, person })).status, 400, String(person));
    }
  });

  test("the start brings the first list and the counts to whoever is signed in, and nothing to others", async () => {
    const good = `${cookie.name}=${cookie.value}`;
    const { session, first } = await (await ask("/start", { cookie: good })).json();
    assert.deepEqual(session, await (await ask("/session", { cookie: good })).json());
    const names = ({ items }) => items.map(({ key: { account, id } }) => `${account}/${id}`);
    assert.deepEqual(names(first.list), names(await dashboard.ask("list", first.asked)));
    assert.ok(first.list.items.length > 0);
    assert.equal(first.counts.todo, (await dashboard.ask("counts")).todo);
    for (const sent of [
      undefined,
      `${cookie.name}=${cookie.value.replace(/.$/, (end) => (end === "0" ? "1" : "0"))}`,
    ]) {
      assert.deepEqual(await (await ask("/start", { cookie: sent })).json(), {
        session: { signed_in: false },
        first: null,
      });
    }
  });

  test("another origin can neither sign in nor write, and guessing is slowed down", async () => {
    const origin = "https://elsewhere.example";
    const known = { code: demo.accessCode, person: "Kim" };
    assert.equal((await signIn(known, { origin })).status, 403);
    const foreign = { cookie: `${cookie.name}=${cookie.value}`, headers: { origin } };
    const close = "/api/accounts/kf-de/tickets/00150000001/close";
    assert.equal((await ask(close, { ...foreign, method: "PATCH" })).status, 403);
    assert.equal((await ask("/api/desk/list", { ...foreign, method: "POST", body: "[{}]" })).status, 403);

    const guess = () => signIn({ code: "guess", person: "Kim" }, { "cf-connecting-ip": "192.0.2.7" });
    const statuses = (await Promise.all(Array.from({ length: 14 }, guess))).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 4);
  });
});

describe("doors", () => {
  test("the desk and the gateway refuse who has no cookie, a forged one, or an expired one", async () => {
    const [version, expires, person, signature] = cookie.value.split(".");
    const forged = signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
    const other = Buffer.from("Ann").toString("hex");
    const api = (sent) => ask("/api/accounts/kf-de/tickets", { cookie: sent });
    const desk = (sent) => ask("/api/desk/list", { cookie: sent, method: "POST", body: "[{}]" });
    const good = `${cookie.name}=${cookie.value}`;
    const before = (await kaufland.requests("GET", "/tickets")).length;
    assert.equal((await api(good)).status, 200);
    assert.equal((await desk(good)).status, 200);
    const { length } = await kaufland.requests("GET", "/tickets");
    assert.ok(length > before);
    for (const value of [
      "",
      [version, expires, person, forged].join("."),
      [version, Number(expires) + 3_600_000, person, signature].join("."),
      [version, Date.now() - 1000, person, signature].join("."),
      [version, expires, other, signature].join("."),
      [version, expires, signature].join("."),
    ]) {
      assert.notEqual((await api(`${cookie.name}=${value}`)).status, 200, value);
      assert.equal((await desk(`${cookie.name}=${value}`)).status, 401, value);
    }
    assert.notEqual((await api()).status, 200);
    assert.equal((await desk()).status, 401);
    assert.deepEqual([await opens(), await opens("person=Kim"), await opens(good)], [false, false, true]);
  });

  test("the keys stay in the Worker, and the page may run nothing foreign", async () => {
    const response = await fetchAlone(demo.url);
    const policy = response.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'/);
    const { host } = new URL(demo.url);
    assert.ok(policy.includes(`connect-src 'self' ws://${host};`), policy);
    const texts = [await response.text()];
    // The page's only script within its HTML is named by its hash.
    const within = [...texts[0].matchAll(/<script>(.*?)<\/script>/gs)].map(([, script]) => script);
    assert.equal(within.length, 1);
    const hash = createHash("sha256").update(within[0]).digest("base64");
    assert.ok(policy.includes(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}';`), policy);
    for (const [, path] of texts[0].matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await fetchAlone(new URL(path, demo.url));
      assert.equal(asset.status, 200, path);
      texts.push(await asset.text());
    }
    assert.ok(texts.length > 2, "the page has a script and a style sheet");
    const keys = Object.values(LOCAL_KEYS).flatMap((one) => Object.values(one));
    for (const key of keys) assert.ok(texts.every((text) => !text.includes(key)));
  });

  test("photos: only pictures, only from who is signed in, and nothing else is handed out", async () => {
    const good = `${cookie.name}=${cookie.value}`;
    const store = async (options, body = noisePng(500)) =>
      (await ask("/photos", { method: "POST", body, ...options })).status;
    assert.equal(await store({}), 401);
    assert.equal(await store({ cookie: good, headers: { origin: "https://elsewhere.example" } }), 403);
    assert.equal(await store({ cookie: good }, Buffer.alloc(21 * 1024 * 1024)), 413);
    assert.equal(await store({ cookie: good }, ZIP), 415);
    assert.equal(await store({ cookie: good }), 201);
    assert.equal((await ask(`/photos/${crypto.randomUUID()}.png`)).status, 404);
    assert.equal((await ask("/photos/x")).status, 404);
  });

  test("the desk and the gateway share Magalu's tokens, which are renewed one after the other", async () => {
    const good = `${cookie.name}=${cookie.value}`;
    const gateway = async () => (await ask("/api/accounts/mg/seller/v0/tickets?_limit=1", { cookie: good })).status;
    const [ticket] = await dashboard.tickets({ account: "mg", view: "todo" });
    // The desk reads the events of such a ticket when it is opened.
    const desk = async () => (await dashboard.ask("read", ticket.key)) && 200;
    for (let round = 0; round < 3; round += 1) {
      assert.deepEqual(await Promise.all([gateway(), desk(), gateway(), desk()]), [200, 200, 200, 200]);
      await sleep(1100);
    }
    const tokens = await magalu.rows(
      `SELECT t.used FROM magalu_refresh_tokens t WHERE t.id_grant =
         (SELECT id_grant FROM magalu_refresh_tokens WHERE token = ?)`,
      LOCAL_KEYS.magalu.refreshToken,
    );
    assert.ok(tokens.length >= 4, "the tokens were renewed in each round");
    assert.equal(tokens.filter(({ used }) => used === 0).length, 1, "the newest one is the only one left");
    const { revoked } = await magalu.row(
      "SELECT revoked FROM magalu_grants WHERE id_grant = (SELECT id_grant FROM magalu_refresh_tokens WHERE token = ?)",
      LOCAL_KEYS.magalu.refreshToken,
    );
    assert.equal(revoked, 0);
  });
});
