/**
 * The main flow of a seller at each marketplace, as plain JavaScript over web APIs: it runs in
 * Node, is copied into Workers, and says as plain data what came of it. `client` has keys or goes
 * through a gateway; `given` is what the local marketplace's data has for it.
 */
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (char) => char.charCodeAt(0),
);
const PDF = new TextEncoder().encode("%PDF-1.4\n%%EOF\n");

const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const ends = (promise) =>
  promise.then(
    () => "no error",
    ({ kind, code, sent, attempts }) => ({ kind, code, sent, attempts }),
  );

/** Open, answer with a file, read the thread and the file, close. */
export async function kaufland(client, { units, text }) {
  const { id_ticket } = await client.openTicket({
    id_order_unit: units,
    reason: "product_return",
    message: "Guten Tag",
  });
  const ticket_message_files = [new File([PNG], "bild.png", { type: "image/png" })];
  await client.createTicketMessage(id_ticket, { text, interim_notice: true, ticket_message_files });
  const ticket = await client.getTicket(id_ticket, { embedded: ["messages", "files"] });
  const download = await client.downloadFile(ticket.files[0]);
  const file = same(await download.bytes(), PNG);
  await client.closeTicket(id_ticket);
  const { status } = await client.getTicket(id_ticket);
  let closed = 0;
  for await (const one of client.listTickets({ status: ["seller_closed"] }))
    if (one.id_ticket === id_ticket) closed += 1;
  const again = await ends(client.createTicketMessage("00199999999", { text }));
  return { id_ticket, texts: ticket.messages.map((message) => message.text), file, status, closed, again };
}

/**
 * Ask what a refund comes to, make it, stop it, take it up again; every page of the list; the
 * schema without a key.
 */
export async function clickbank(client, { comment }) {
  const refund = { refundType: "PARTIAL_PERCENT", refundAmount: "50.00" };
  const amounts = await client.getRefundAmounts("LOCAL002", refund);
  const ticket = await client.createTicket("LOCAL002", {
    type: "rfnd",
    reason: "ticket.type.refund.8",
    comment,
    ...refund,
  });
  await client.updateTicket(ticket.ticketid, { action: "close" });
  await client.updateTicket(ticket.ticketid, { action: "reopen", comment: "again" });
  const { status, comments } = await client.getTicket(ticket.ticketid);
  const ids = new Set();
  for await (const { ticketid } of client.listTickets()) ids.add(ticketid);
  const returned = await ends(client.confirmReturn(ticket.ticketid));
  return {
    id: ticket.ticketid,
    customerAmount: amounts.customerAmount,
    refundAmount: ticket.refundAmount,
    first: comments[0].comment,
    status,
    listed: ids.size === (await client.countTickets()) && ids.has(ticket.ticketid),
    schema: (await client.getTicketSchema()).includes("<xs:schema"),
    returned,
  };
}

/**
 * Create and follow to the ticket's id, answer with a file, read it back, let the goods be sent
 * back.
 */
export async function magalu(client, { ticket }) {
  const steps = [];
  const creation = client.createTicket(ticket);
  const { transaction_id } = await creation;
  const { ticket_id } = await creation.completed({ onProgress: ({ status }) => steps.push(status) });
  const again = await client.followTransaction(transaction_id);
  const owner = { code: "agent-7", name: "Maria" };
  const file = new File([PNG], "etiqueta.png", { type: "image/png" });
  const written = await client.createMessage(ticket_id, {
    message: "Veja 🎫",
    destination: "customer",
    owner,
    code: "m-1",
    file,
  });
  await client.followTransaction(written.transaction_id);
  const found = [];
  for await (const message of client.listMessages(ticket_id)) if (message.code === "m-1") found.push(message);
  const download = await client.downloadAttachment(ticket_id, found[0].id, found[0].attachments[0].id);
  const failed = await ends(client.createTicket({ ...ticket, code: "invalid_order" }).completed());
  let listed = 0;
  for await (const { id } of client.listTickets()) if (id === ticket_id) listed += 1;
  return {
    ticket_id,
    same: again.ticket_id === ticket_id,
    waited: steps.some((status) => status === "pending" || status === "processing"),
    message: found[0].message,
    download: {
      filename: download.filename,
      contentType: download.contentType,
      whole: same(await download.bytes(), PNG),
    },
    failed,
    listed,
  };
}

/**
 * The channel sends a case with files; the seller reads it and answers with one; the channel reads
 * that, once.
 */
export async function jtl(client, { seller, ticketId }) {
  const key = { sellerId: "4711", ticketId };
  const sent = await client.createTicket(
    {
      ...key,
      topic: "DELIVERY",
      createdAt: new Date("2026-03-01T08:15:00Z"),
      from: { role: "BUYER", name: "Alex" },
      subject: "Parcel not arrived",
      message: "No news for six days. 📦",
    },
    {
      files: [
        new File([PNG], "Größe 1.png", { type: "image/png" }),
        { filename: "letter", content: new Blob([PDF]).stream() },
      ],
    },
  );
  const [event] = await seller.listEvents();
  const channel = "LOCALMARKET";
  const file = await seller.downloadAttachment({ channel, ...key, filename: "Groesse_1.png" });
  const whole = same(await file.bytes(), PNG);
  await seller.acknowledgeEvents([event.id]);
  const from = { role: "SELLER" };
  await seller.replyToTicket({ channel, ...key, createdAt: new Date(), from, message: "A new parcel left today." });
  const replies = [];
  const done = new AbortController();
  for await (const reply of client.ticketReplies({ intervalMs: 20, signal: done.signal })) {
    replies.push([reply.event.ticketId, reply.event.message]);
    done.abort(); // the one in hand is done with, and acknowledged
  }
  return {
    files: sent.files.map(({ filename, status }) => `${filename} ${status}`),
    received: [event.event.ticketId, event.event.message],
    whole,
    replies,
    left: (await client.listEvents()).length,
    refused: await ends(client.downloadAttachment({ ...key, filename: "none.png" })),
  };
}

/**
 * A mixed complaint becomes tickets; what breaks a rule is not sent; what Probo refuses is told.
 */
export async function probo(client, { order_id, products, id, uri }) {
  const tickets = client.splitComplaints({
    order_id,
    id,
    suggested_solution: "rework",
    products: [
      { id: products[0], amount: 1, reason: "damaged", description: "torn", files: [{ uri }] },
      { id: products[1], amount: 1, reason: "missing" },
    ],
  });
  const answers = [];
  for (const ticket of tickets) answers.push(await client.createTicket(ticket));
  const broken = await ends(client.createTicket({ ...tickets[0], products: [{ id: products[0], amount: 1 }] }));
  return {
    sent: tickets.map((ticket) => `${ticket.id} ${ticket.reason} ${ticket.products.length}`),
    answers: answers.map(({ status }) => status),
    broken,
    twice: await ends(client.createTicket(tickets[1])),
  };
}
