/**
 * ClickBank: the class against the local marketplace, with keys and through a gateway, and what it
 * puts on the wire.
 */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { LOCAL_KEYS, startLocal } from "../../www-demo/local.mjs";
import { examplesOf } from "./docs.mjs";
import { answerWith, controlOf, makeProject, startScript, startServer } from "./lib.mjs";

const { apiKey, developerKey } = LOCAL_KEYS.clickbank;
const REFUND = { type: "rfnd", reason: "ticket.type.refund.8", refundType: "FULL" };

let project;
let local;
let gateway;
let forwarded;
let createGateway;
let ClickBank;
let TicketError;
let sellerTickets;

const baseUrl = () => `${local.marketplaceUrl}/clickbank/rest`;

const control = (...request) => controlOf(local.marketplaceUrl)(...request);
const settings = (clickbank) => control("POST", "settings", { clickbank });
const log = async () => (await control("GET", "log")).entries;

before(async () => {
  project = await makeProject();
  sellerTickets = await project.load();
  ({ ClickBank, TicketError } = sellerTickets);
  ({ createGateway } = await project.load("/gateway"));
  local = await startLocal({ dashboard: false, quiet: true, now: "2026-03-02T12:00:00Z" });
  const handler = createGateway({
    accounts: { cb: { marketplace: "clickbank", apiKey, baseUrl: baseUrl() } },
    classes: [ClickBank],
    authorize: () => true,
  });
  forwarded = [];
  gateway = await startServer((request, response, body) => {
    forwarded.push({ method: request.method, url: request.url, page: request.headers.page });
    return answerWith((wanted) => handler.fetch(wanted), request, response, body);
  });
});
after(async () => {
  await gateway?.dispose();
  await local?.dispose();
  await project?.dispose();
});
beforeEach(async () => {
  await control("POST", "reset", {});
  await settings({ rate_limit: null, refunds_run: "at_once" });
  forwarded.length = 0;
});

/** The same for both ways to the marketplace. */
const ways = {
  "with the key": (more) => new ClickBank({ apiKey, baseUrl: baseUrl(), ...more }),
  "with the developer's key too": (more) => new ClickBank({ apiKey, developerKey, baseUrl: baseUrl(), ...more }),
  "through a gateway": (more) => new ClickBank({ gateway: `${gateway.url}/api/accounts/cb`, ...more }),
};

for (const [way, make] of Object.entries(ways)) {
  describe(way, () => {
    test("a refund is calculated, created, closed and reopened", async () => {
      const clickbank = make();
      const amounts = await clickbank.getRefundAmounts("LOCAL002", {
        refundType: "PARTIAL_PERCENT",
        refundAmount: "50.00",
      });
      assert.match(amounts.customerAmount, /^\d+\.\d\d$/);
      const ticket = await clickbank.createTicket("LOCAL002", {
        ...REFUND,
        refundType: "PARTIAL_PERCENT",
        refundAmount: "50.00",
        comment: "Partial & goodwill: 100% 🎫",
      });
      assert.equal(ticket.refundAmount, "50.00");
      assert.equal(ticket.closedDate, null);
      assert.equal(ticket.comments.length, 1);
      assert.equal(ticket.comments[0].comment, "Partial & goodwill: 100% 🎫");
      const { refunded_cents } = await local.db.clickbank.first(
        "SELECT refunded_cents FROM clickbank_sales WHERE receipt = 'LOCAL002'",
      );
      assert.equal((refunded_cents / 100).toFixed(2), amounts.customerAmount);

      const closed = await clickbank.updateTicket(Number(ticket.ticketid), { action: "close" });
      assert.equal(closed.status, "CLOSED");
      const reopened = await clickbank.updateTicket(BigInt(ticket.ticketid), { action: "reopen", comment: "again" });
      assert.equal(reopened.status, "REOPENED");
      const commented = await clickbank.updateTicket(ticket.ticketid, { comment: "one more" });
      assert.deepEqual(
        commented.comments.map(({ action }) => action),
        ["OPENED", "CLOSED", "REOPENED", "COMMENTED"],
      );
      assert.deepEqual(await clickbank.getTicket(ticket.ticketid), commented);
    });

    test("every ticket of a list, page by page, while the status is 206", async () => {
      await settings({ page_size: 10 });
      const clickbank = make();
      const total = await clickbank.countTickets();
      assert.ok(total > 30);
      const ids = [];
      for await (const ticket of clickbank.listTickets()) ids.push(ticket.ticketid);
      assert.equal(new Set(ids).size, total);
      assert.equal(ids.length, total);
      const pages = (await log()).filter(({ path }) => path.endsWith("/list")).map(({ status }) => status);
      assert.deepEqual(pages, [...pages.slice(1).map(() => 206), 200]);

      const page = await clickbank.listTickets({ page: 2 });
      assert.equal(page.hasNextPage, true);
      assert.deepEqual(
        page.data.map(({ ticketid }) => ticketid),
        ids.slice(10, 10 + page.data.length),
      );
      const next = await page.next();
      assert.equal(next.data[0].ticketid, ids[10 + page.data.length]);
    });

    test("empty lists and counts in each of their shapes", async () => {
      const clickbank = make();
      for (const empty_list of ["null", "object", "nothing"]) {
        await settings({ empty_list });
        const page = await clickbank.listTickets({ receipt: "NONE%NONE" });
        assert.deepEqual([page.data, page.hasNextPage], [[], false]);
      }
      for (const count of ["number", "text", "object"]) {
        await settings({ count });
        assert.equal(await clickbank.countTickets({ receipt: "NONE%NONE" }), 0);
      }
      for (const single of ["wrapped", "bare"]) {
        await settings({ single });
        assert.equal((await clickbank.getTicket(31000001)).ticketid, "31000001");
      }
    });

    test("a return is confirmed", async () => {
      assert.equal(await make().confirmReturn(39000007), undefined);
    });

    test("the schemas come without a key", async () => {
      const clickbank = make();
      assert.match(await clickbank.getTicketSchema(), /^<\?xml .*name="ticketid"/s);
      assert.match(await clickbank.getPartialRefundDataSchema(), /^<\?xml .*name="usdAmount"/s);
    });

    test("a short receipt, which no list can be asked for, is written to once all the same", async () => {
      const { kaufland: db } = local.db;
      await db.run(
        `INSERT INTO clickbank_sales (receipt, item_no, vendor, subscription, title, recurring, physical, sold, first_name, last_name, email,
           locale, customer_currency, customer_cents, product_currency, product_cents, usd_cents)
         SELECT 'AB', item_no, vendor, 'AB', title, recurring, physical, sold, first_name, last_name, email, locale, customer_currency,
           customer_cents, product_currency, product_cents, usd_cents FROM clickbank_sales WHERE receipt = 'LOCAL001'`,
      );
      const tickets = async () =>
        (await db.first("SELECT count(*) AS n FROM clickbank_tickets WHERE receipt = 'AB' AND source = 'API'")).n;
      await assert.rejects(make().listTickets({ receipt: "AB" }), { kind: "validation" });
      const params = { type: "tech", reason: "ticket.type.tech_support.1", comment: "Which file?" };
      const match = { marketplace: "clickbank", method: "POST", path: "/1.3/tickets/AB" };
      for (const [at, when] of ["after", "before"].entries()) {
        await control("POST", "faults", { match, fault: { kind: "status", status: 504, when } });
        const settled = await make({ settleMs: 40 }).createTicket("AB", params, { ensure: "once" }).withResponse();
        assert.deepEqual([settled.found, settled.attempts], [when === "after", at + 1], when);
        assert.deepEqual([settled.data.receipt, await tickets()], ["AB", at + 1]);
      }
    });

    test("a 403 is final, and keeps the vendor's text", async () => {
      await control("DELETE", "log");
      await assert.rejects(make().getTicket(1), (error) => {
        assert.ok(error instanceof TicketError);
        assert.deepEqual([error.kind, error.status, error.retryable, error.attempts], ["forbidden", 403, false, 1]);
        assert.equal(error.body, "Ticket does not exist or access is denied");
        assert.match(error.message, /^Ticket does not exist or access is denied; ClickBank says so for a wrong key/);
        assert.equal(error.sent, "no");
        return true;
      });
      assert.equal((await log()).length, 1);
    });

    test("what the state of a ticket forbids", async () => {
      const clickbank = make();
      const { ticketid } = await clickbank.createTicket("LOCAL001", REFUND);
      await assert.rejects(clickbank.createTicket("LOCAL001", REFUND), {
        kind: "conflict",
        code: "refund_ticket_already_open",
        status: 400,
      });
      await assert.rejects(clickbank.updateTicket(ticketid, { action: "reopen", comment: "?" }), {
        kind: "rejected",
        message: "Only closed tickets can be reopened",
      });
    });

    test("a comment that would make the URL too long is told its room, and one that fits is sent", async () => {
      const clickbank = make();
      const params = { type: "tech", reason: "ticket.type.tech_support.9", comment: "ü".repeat(1000) };
      const [violation] = clickbank.validate("createTicket", "LOCAL001", params);
      assert.deepEqual([violation.field, violation.code], ["comment", "url_too_long"]);
      await assert.rejects(clickbank.createTicket("LOCAL001", params), { kind: "validation", attempts: 0 });
      // A page takes it that its gateway asks at ClickBank's own address, which is shorter than the
      // local one.
      const spare = way === "through a gateway" ? baseUrl().length - "https://api.clickbank.com/rest".length : 0;
      const comment = params.comment.slice(0, violation.params.fits - Math.ceil(Math.max(spare, 0) / "%C3%BC".length));
      const ticket = await clickbank.createTicket("LOCAL001", { ...params, comment });
      assert.equal(ticket.comments[0].comment, comment);
    });
  });
}

describe("on the wire", () => {
  let script;
  before(async () => {
    script = await startScript([{}]);
  });
  after(() => script.dispose());

  test("every parameter is in the query, and there is no body", async () => {
    script.seen.length = 0;
    script.play({ body: { ticketid: "1" } });
    const clickbank = new ClickBank({ apiKey: "API-TEST", baseUrl: script.url });
    await clickbank.createTicket("ABCD1234", { ...REFUND, comment: "a&b" });
    const [{ method, url, headers, body }] = script.seen;
    assert.equal(method, "POST");
    assert.equal(url, "/1.3/tickets/ABCD1234?type=rfnd&reason=ticket.type.refund.8&refundType=FULL&comment=a%26b");
    assert.equal(body.length, 0);
    assert.equal(headers["content-length"], "0");
    assert.equal(headers["content-type"], undefined);
    assert.equal(headers.authorization, "API-TEST");
    assert.equal(headers.accept, "application/json");
  });

  test("the schemas are asked for without a key", async () => {
    script.seen.length = 0;
    script.play({ headers: { "content-type": "application/xml" }, body: "<xs:schema/>" });
    const clickbank = new ClickBank({ apiKey: "API-TEST", baseUrl: script.url });
    assert.equal(await clickbank.getTicketSchema(), "<xs:schema/>");
    assert.equal(script.seen[0].headers.authorization, undefined);
    assert.equal(script.seen[0].headers.accept, "application/xml");
  });

  test("a page that comes again and again ends in an error", async () => {
    script.seen.length = 0;
    script.play({ status: 206, body: { ticketData: { ticketid: "1" } } });
    const ids = [];
    await assert.rejects(
      async () => {
        for await (const { ticketid } of new ClickBank({ apiKey: "a", baseUrl: script.url }).listTickets())
          ids.push(ticketid);
      },
      { kind: "decode", code: "pages_repeat", marketplace: "clickbank", endpoint: "listTickets" },
    );
    assert.deepEqual(ids, ["1"]);
    assert.deepEqual(
      script.seen.map(({ headers }) => headers.page),
      [undefined, "2", "3", "4"],
    );
  });

  test("a write is never sent again after a failure that may have acted", async () => {
    script.seen.length = 0;
    script.play({ status: 500, body: "oops" });
    const clickbank = new ClickBank({ apiKey: "a", baseUrl: script.url });
    await assert.rejects(clickbank.createTicket("ABCD1234", REFUND), { kind: "server", sent: "maybe", attempts: 1 });
    assert.equal(script.seen.length, 1);
  });
});

describe("the examples of the page on ClickBank", async () => {
  const examples = await examplesOf("clickbank.md");
  test("are all there", () => assert.equal(examples.length, 12));
  for (const { line, run } of examples) {
    test(`docs/clickbank.md:${line}`, async () => {
      const printed = [];
      const Local = class extends ClickBank {
        constructor(options) {
          super(options.gateway === undefined ? { ...options, baseUrl: baseUrl() } : options);
        }
      };
      await run({
        ...sellerTickets,
        createGateway,
        ClickBank: Local,
        clickbank: new Local({ apiKey }),
        isSignedIn: () => true,
        process: { env: { CLICKBANK_API_KEY: apiKey } },
        console: { log: (...values) => printed.push(values) },
      });
      for (const values of printed) assert.ok(values.every((value) => value !== undefined && value !== null));
    });
  }
});

test("the XML of every read comes as it is, with keys and through the gateway", async () => {
  const clients = [
    new ClickBank({ apiKey, baseUrl: baseUrl() }),
    new ClickBank({ gateway: `${gateway.url}/api/accounts/cb` }),
  ];
  const xml = { accept: "xml" };
  for (const clickbank of clients) {
    const [first] = (await clickbank.listTickets({ status: "open" })).data;
    const { ticketid, receipt } = first;
    const list = await clickbank.listTickets({ status: "open" }, xml);
    assert.ok(list.startsWith("<") && list.includes(`>${ticketid}<`), list.slice(0, 200));
    assert.notEqual(await clickbank.listTickets({ status: "open", page: 2 }, xml), list);
    const one = await clickbank.getTicket(ticketid, xml);
    assert.ok(one.startsWith("<") && one.includes(`>${ticketid}<`), one.slice(0, 200));
    const count = await clickbank.countTickets({ receipt });
    const counted = await clickbank.countTickets({ receipt }, xml);
    assert.ok(counted.startsWith("<") && counted.includes(`<count>${count}</count>`), counted);
    const error = await clickbank.getTicket("999999999", xml).catch((caught) => caught);
    assert.ok(error instanceof TicketError && error.status >= 400, String(error));
  }
});

test("only the page's number passes the gateway", async () => {
  await settings({ page_size: 40 });
  const clickbank = new ClickBank({ gateway: `${gateway.url}/api/accounts/cb` });
  for await (const { ticketid } of clickbank.listTickets({ status: "open" })) assert.ok(ticketid);
  assert.equal(forwarded[0].page, undefined);
  assert.ok(forwarded.length > 1 && forwarded.slice(1).every(({ page }, index) => page === String(index + 2)));
  const { url } = forwarded[0];
  assert.equal(url, "/api/accounts/cb/1.3/tickets/list?status=open");
  const refused = await fetch(`${gateway.url}/api/accounts/cb/1.3/orders2/list`);
  assert.equal(refused.status, 404);
});

test("keys are refused where they cannot work, and never shown", () => {
  assert.throws(() => new ClickBank({ apiKey: "DEV-A:API-B" }), { kind: "configuration" });
  assert.throws(() => new ClickBank({ apiKey: "a", environment: "sandbox" }), { kind: "configuration" });
  assert.doesNotMatch(JSON.stringify(new ClickBank({ apiKey: "API-TOP", developerKey: "DEV-TOP" })), /TOP/);
});

test("every reason has its meaning, and every documented value is known", () => {
  const { Reason, TypeCode } = sellerTickets.meanings("clickbank");
  assert.equal(Reason.length, 24);
  assert.deepEqual(
    TypeCode.map(({ value }) => value),
    ["rfnd", "cncl", "tech"],
  );
  assert.deepEqual(
    sellerTickets.validate("clickbank", "countTickets", { receipt: "%ABC" }).map(({ code }) => code),
    ["leading_wildcard", "too_short"],
  );
});

test("answers that were fetched by other means are read", async () => {
  const read = (status, body) => sellerTickets.decode("clickbank", "listTickets", new Response(body, { status }));
  assert.deepEqual(await read(206, '{"ticketData":{"ticketid":1,"note":{"@nil":"true"}}}'), {
    data: [{ ticketid: "1", note: null, comments: [] }],
  });
  assert.deepEqual(await read(200, null), { data: [] });
  await assert.rejects(read(403, "Access denied"), { kind: "forbidden", body: "Access denied" });
});
