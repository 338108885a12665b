/** The moment of the signature. */
const SIGNED_AT_MS = 1_772_366_400_000;

/**
 * The scenario that every runtime must be able to carry out, against the local marketplace. Plain
 * JavaScript over web APIs: it is copied into each project and runs there as it is. Returns plain
 * data for the test to look at.
 */
export async function scenario(api, options) {
  const { Kaufland, TicketError, detectMimeType, encodeAttachment, fileToBase64, meanings, validate } = api;
  // What the scenario itself needs is no option of a client.
  const own = ["ticket", "text", "units", "final", "keys", "token"];
  const given = Object.entries(options).filter(([name]) => !own.includes(name));
  const kaufland = new Kaufland(Object.fromEntries(given));
  const out = {};

  const page = await kaufland.listTickets({ status: ["opened"], limit: 5 });
  out.page = { length: page.data.length, more: page.hasNextPage, next: (await page.next()).data.length };
  const ids = [];
  for await (const ticket of kaufland.listTickets({
    status: ["opened", "buyer_closed"],
    sort: "ts_updated_iso:desc",
  })) {
    ids.push(ticket.id_ticket);
  }
  out.listed = { all: ids.length, unique: new Set(ids).size };

  const id = options.ticket;
  const whole = await kaufland
    .getTicket(id, { embedded: ["messages", "order_units", "files", "buyer"] })
    .withResponse();
  out.ticket = {
    id: whole.data.id_ticket,
    messages: whole.data.messages.length,
    units: whole.data.order_units.length,
    status: whole.response.status,
    attempts: whole.attempts,
  };

  const png = new Uint8Array(2_000_000);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  for (let at = 16; at < png.length; at += 1) png[at] = (at * 31) & 255;
  const text = new TextEncoder().encode("Häufige Fragen");
  const progress = [];
  const sent = await kaufland.createTicketMessage(
    id,
    {
      text: options.text,
      interim_notice: true,
      ticket_message_files: [
        { filename: "bild.png", content: png },
        new File([text], "fragen.txt", { type: "text/plain" }),
        { filename: "stream.txt", content: new Response(text).body, mime_type: "text/plain" },
        await encodeAttachment(new File([text], "bereit.txt", { type: "text/plain" })),
      ],
    },
    { onProgress: ({ phase, loaded, total }) => progress.push([phase, loaded, total]) },
  );
  // Only pages know how much of a body has left.
  const { window, document, XMLHttpRequest, navigator } = globalThis;
  const inPage = [window, document, XMLHttpRequest].every(Boolean) && !/jsdom|happydom/i.test(navigator.userAgent);
  const told = inPage && options.gateway !== undefined && options.fetch === undefined;
  out.sent = { result: sent === undefined, progress: progress.length, last: progress.at(-1), told };

  const after = await kaufland.getTicket(id, { embedded: ["files"] });
  out.files = after.files.map((file) => file.filename).sort();
  const download = await kaufland.downloadFile(after.files.find((file) => file.filename === "fragen.txt"));
  out.download = { type: download.contentType, text: new TextDecoder().decode(await download.bytes()) };

  out.opened = (
    await kaufland.openTicket({ id_order_unit: options.units, reason: "product_return", message: "Guten Tag" })
  ).id_ticket;
  out.closed = (await kaufland.closeTicket(out.opened)) === undefined;
  out.status = (await kaufland.getTicket(out.opened)).status;

  const failure = async (promise) => {
    try {
      await promise;
      return "no error";
    } catch (error) {
      if (!(error instanceof TicketError)) return `not a TicketError: ${error}`;
      const { kind, code, sent, origin, status, attempts } = error;
      return { kind, code, sent, origin, status, attempts, fields: error.violations?.map((v) => v.field).sort() };
    }
  };
  out.errors = {
    unknown: await failure(kaufland.getTicket("00199999999")),
    invalid: await failure(kaufland.openTicket({ id_order_unit: [], reason: "because", message: "" })),
    final: await failure(kaufland.createTicketMessage(options.final, { text: "noch etwas" })),
    wrongContent: await failure(
      kaufland.createTicketMessage(id, {
        text: "x",
        ticket_message_files: [new File([png.subarray(0, 1000)], "a.pdf", { type: "application/pdf" })],
      }),
    ),
    aborted: await failure(kaufland.getTicket(id, {}, { signal: AbortSignal.abort(new Error("enough")) })),
  };

  const big = await kaufland.getTicket("00150009003");
  out.bigUnit = String(big.ids_order_units[0]);
  const request = await kaufland.request("getTicket", id, { embedded: ["files"] });
  const fetched = await kaufland.decode("getTicket", await (options.fetch ?? fetch)(request, {}));
  out.decoded = fetched.files.length;
  // Signed by the runtime itself, wherever the calls go.
  const keyed = new Kaufland({ ...options.keys, now: () => SIGNED_AT_MS, dangerouslyAllowBrowser: true });
  const signed = await keyed.request("closeTicket", id);
  out.signed = { method: signed.method, url: signed.url, signature: signed.headers.get("shop-signature") };

  out.pure = {
    violations: validate("kaufland", "createTicketMessage", "1", { text: "" }).length,
    own: kaufland.validate("getTicket", "not digits").map((violation) => violation.field),
    content: (
      await kaufland.validateFiles("createTicketMessage", id, {
        text: "x",
        ticket_message_files: [new File([png.subarray(0, 1000)], "a.pdf", { type: "application/pdf" })],
      })
    ).length,
    detected: detectMimeType(png),
    base64: await fileToBase64(new Blob([text])),
    meanings: Object.keys(meanings("kaufland")).length,
  };
  return out;
}

/**
 * The results that must be the same wherever the scenario ran; `gateway` says whether it went
 * through one, `signature` makes Kaufland's signature of a text.
 */
export function expected(out, { assert, signature, gateway = false }) {
  // Not `Buffer`: this file is bundled for pages, and Parcel would bring a polyfill for it.
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode("Häufige Fragen")));
  assert.deepEqual(out.page, { length: 5, more: true, next: 5 });
  assert.equal(out.listed.all, out.listed.unique);
  assert.ok(out.listed.all > 60, `only ${out.listed.all} tickets were listed`);
  assert.equal(out.ticket.status, 200);
  assert.equal(out.ticket.attempts, 1);
  assert.ok(out.ticket.messages > 0 && out.ticket.units > 0);
  assert.equal(out.sent.result, true);
  assert.ok(out.sent.progress > 3);
  assert.equal(out.sent.last[0], "sending");
  assert.equal(out.sent.last[1] ?? null, out.sent.told ? out.sent.last[2] : null);
  for (const name of ["bereit.txt", "bild.png", "fragen.txt", "stream.txt"]) assert.ok(out.files.includes(name), name);
  assert.match(out.download.type, /^text\/plain/);
  assert.equal(out.download.text, "Häufige Fragen");
  assert.match(out.opened, /^001\d+$/);
  assert.equal(out.closed, true);
  assert.equal(out.status, "seller_closed");
  const { errors } = out;
  assert.deepEqual(
    [errors.unknown.kind, errors.unknown.sent, errors.unknown.origin, errors.unknown.status],
    ["not_found", "no", "marketplace", 404],
  );
  assert.deepEqual([errors.invalid.kind, errors.invalid.sent, errors.invalid.attempts], ["validation", "no", 0]);
  assert.deepEqual(errors.invalid.fields, ["id_order_unit", "message", "reason"]);
  assert.deepEqual(
    [errors.final.kind, errors.final.code, errors.final.origin, errors.final.sent],
    ["conflict", "tickets/finally-closed", "marketplace", "no"],
  );
  assert.equal(errors.wrongContent.kind, "validation");
  assert.ok(errors.wrongContent.fields.every((field) => field.startsWith("ticket_message_files[0]")));
  assert.deepEqual([errors.aborted.kind, errors.aborted.sent], ["aborted", "no"]);
  assert.equal(out.bigUnit, "9007199254740993");
  assert.ok(out.decoded >= 4);
  assert.ok(out.pure.violations >= 1);
  assert.deepEqual(out.pure.own, ["id_ticket"]);
  assert.equal(out.pure.content, 1);
  assert.equal(out.pure.detected, "image/png");
  assert.equal(out.pure.base64, base64);
  assert.ok(out.pure.meanings >= 3);
  const { method, url } = out.signed;
  assert.match(`${method} ${url}`, /^PATCH http:.*\/tickets\/\d+\/close$/);
  assert.equal(out.signed.signature, signature([method, url, "", SIGNED_AT_MS / 1000].join("\n")));
  if (gateway) assert.equal(errors.unknown.attempts, 1);
}

/** The part of the marketplace's data that the scenario needs. */
export async function scenarioOptions(marketplace, text) {
  const ticket = await marketplace.db.first(
    "SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'opened' AND closable = 1 AND internal = 0 AND fulfillment_type = 'fulfilled_by_merchant' AND number < 150000300 ORDER BY number LIMIT 1",
  );
  const final = await marketplace.db.first(
    "SELECT id_ticket FROM kaufland_tickets WHERE id_seller = 1 AND status = 'customer_service_closed_final' AND number < 150000300 LIMIT 1",
  );
  const order = await marketplace.db.first(
    "SELECT id_order FROM kaufland_order_units WHERE id_seller = 1 AND id_order_unit NOT IN (SELECT id_order_unit FROM kaufland_ticket_order_units) GROUP BY id_order HAVING count(*) > 1 LIMIT 1",
  );
  const units = await marketplace.db.all(
    "SELECT id_order_unit FROM kaufland_order_units WHERE id_order = ?",
    order.id_order,
  );
  return {
    ticket: ticket.id_ticket,
    final: final.id_ticket,
    units: units.map((unit) => Number(unit.id_order_unit)),
    text,
    keys: { baseUrl: marketplace.baseUrl, ...marketplace.keys },
  };
}

/** The marketplace's own memory of what the scenario did. */
export async function stored(marketplace, { ticket, text }, out, assert) {
  const message = await marketplace.db.first(
    "SELECT * FROM kaufland_messages WHERE id_ticket = ? AND text = ?",
    ticket,
    text,
  );
  assert.equal(message.role, "seller");
  assert.equal(message.interim_notice, 1);
  const files = await marketplace.db.all(
    "SELECT filename, mime_type, size FROM kaufland_files WHERE id_ticket_message = ? ORDER BY filename",
    message.id_ticket_message,
  );
  const plain = { mime_type: "text/plain", size: 15 };
  assert.deepEqual(
    files.map((file) => ({ ...file })),
    [
      { filename: "bereit.txt", ...plain },
      { filename: "bild.png", mime_type: "image/png", size: 2_000_000 },
      { filename: "fragen.txt", ...plain },
      { filename: "stream.txt", ...plain },
    ],
  );
  const opened = await marketplace.db.first(
    "SELECT status, open_reason FROM kaufland_tickets WHERE id_ticket = ?",
    out.opened,
  );
  assert.deepEqual({ ...opened }, { status: "seller_closed", open_reason: "product_return" });
}
