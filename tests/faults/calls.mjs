/**
 * The writes of the lab as calls of the package. Nothing here needs a host of its own: Deno and
 * pages make them, too.
 */

const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

/** The text that only this logical write has. */
export const reference = (number) => `lab-${String(number).padStart(7, "0")}`;
export const uuid = (kind, number) => `${kind}1ab0000-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const kauflandTicket = (number) => `001${70_000_000 + number}`;
export const receipt = (number) => `LAB${String(number).padStart(7, "0")}`;
export const clickbankTicket = (number) => 60_000_000 + number;
const SANDBOX_CHANNEL = "5f62650a-0039-4d65-9b96-266d498c03bd";
const OWNER = { code: "agent-7", name: "Maria" };
export const magaluTicket = (number) => uuid("b", number);
const newMagaluTicket = (number) => ({
  type: "shipping",
  channel: { id: SANDBOX_CHANNEL, alias: "magazineluiza" },
  order: {
    id: uuid("c", number),
    code: "1281270000000001",
    delivery: {
      id: "5b7b1d3e-0f41-4a88-8a51-2b2ed6a9c222",
      seller: { id: "c0ffee00-1111-4222-8333-444455556666", name: "Loja Exemplo" },
      items: [
        {
          id: "77777777-8888-4999-8aaa-bbbbccccdddd",
          sku: "s",
          external_sku: "E",
          name: "Livro",
          description: "Capa",
          image: "https://img.example/1.jpg",
          quantity: 2,
        },
      ],
    },
  },
  reason: "missing_damaged_parts",
});

const magaluText = (number) => ({ message: reference(number), destination: "customer", owner: OWNER });
const jtlTicket = (number) => ({
  sellerId: "4711",
  ticketId: reference(number),
  topic: "DELIVERY",
  createdAt: new Date("2026-03-01T08:15:00Z"),
  from: { role: "BUYER", name: "Alex" },
  subject: "Parcel not arrived",
  message: reference(number),
});

const jtlReply = (number) => ({
  channel: "LOCALMARKET",
  sellerId: "4711",
  ticketId: reference(number),
  createdAt: "2026-03-01T09:15:00Z",
  from: { role: "SELLER" },
  message: reference(number),
});

const jtlUpload = (number) => ({
  sellerId: "4711",
  ticketId: reference(number),
  filename: "a.png",
  file: { filename: "a.png", content: PNG },
});

export const eventId = (number) => number.toString(16).padStart(24, "0");

export const CALLS = {
  kaufland: {
    openTicket: (client, number, options) =>
      client.openTicket(
        { id_order_unit: [700_000_000_000_000 + number], reason: "contact_other", message: reference(number) },
        options,
      ),
    createTicketMessage: (client, number, options) =>
      client.createTicketMessage(kauflandTicket(number), { text: reference(number), interim_notice: true }, options),
    "createTicketMessage, file": (client, number, options) =>
      client.createTicketMessage(
        kauflandTicket(number),
        {
          text: reference(number),
          interim_notice: false,
          ticket_message_files: [{ filename: "a.png", content: PNG }],
        },
        options,
      ),
    closeTicket: (client, number, options) => client.closeTicket(kauflandTicket(number), options),
  },
  clickbank: {
    "createTicket, help": (client, number, options) =>
      client.createTicket(
        receipt(number),
        { type: "tech", reason: "ticket.type.tech_support.1", comment: reference(number) },
        options,
      ),
    "createTicket, refund": (client, number, options) =>
      client.createTicket(
        receipt(number),
        { type: "rfnd", reason: "ticket.type.refund.8", refundType: "PARTIAL_PERCENT", refundAmount: "20.00" },
        options,
      ),
    "updateTicket, comment": (client, number, options) =>
      client.updateTicket(clickbankTicket(number), { comment: reference(number) }, options),
    "updateTicket, close": (client, number, options) =>
      client.updateTicket(clickbankTicket(number), { action: "close" }, options),
    "updateTicket, reopen": (client, number, options) =>
      client.updateTicket(clickbankTicket(number), { action: "reopen", comment: reference(number) }, options),
    "updateTicket, change": (client, number, options) =>
      client.updateTicket(clickbankTicket(number), { action: "change", type: "rfnd" }, options),
    confirmReturn: (client, number, options) => client.confirmReturn(clickbankTicket(number), options),
  },
  magalu: {
    "createTicket, code": (client, number, options) =>
      client.createTicket({ ...newMagaluTicket(number), code: reference(number) }, options),
    createTicket: (client, number, options) => client.createTicket(newMagaluTicket(number), options),
    "createMessage, code": (client, number, options) =>
      client.createMessage(magaluTicket(number), { ...magaluText(number), code: reference(number) }, options),
    createMessage: (client, number, options) => client.createMessage(magaluTicket(number), magaluText(number), options),
    "createMessage, file": (client, number, options) =>
      client.createMessage(
        magaluTicket(number),
        { ...magaluText(number), code: reference(number), file: new File([PNG], "a.png", { type: "image/png" }) },
        options,
      ),
    createEvent: (client, number, options) =>
      client.createEvent(magaluTicket(number), { type: "product_sent", code: reference(number) }, options),
    createReturn: (client, number, options) => client.createReturn(magaluTicket(number), undefined, options),
  },
  "jtl-scx": {
    createTicket: (client, number, options) => client.createTicket(jtlTicket(number), options),
    "createTicket, file": (client, number, options) =>
      client.createTicket(jtlTicket(number), { ...options, files: [{ filename: "a.png", content: PNG }] }),
    uploadAttachment: (client, number, options) => client.uploadAttachment(jtlUpload(number), options),
    acknowledgeEvents: (client, number, options) => client.acknowledgeEvents([eventId(number)], options),
    "seller.replyToTicket": (client, number, options) => client.replyToTicket(jtlReply(number), options),
    "seller.uploadAttachment": (client, number, options) =>
      client.uploadAttachment({ channel: "LOCALMARKET", ...jtlUpload(number) }, options),
    "seller.acknowledgeEvents": (client, number, options) => client.acknowledgeEvents([eventId(number)], options),
  },
  probo: {
    createTicket: (client, number, options) =>
      client.createTicket(
        {
          order_id: "WEB-2041",
          id: reference(number),
          description: reference(number),
          reason: "damaged",
          suggested_solution: "rework",
          contact_email: "support@shop.example",
          products: [{ id: 778231, amount: 1, files: [{ uri: "https://cdn.shop.example/c/1.jpg" }] }],
        },
        options,
      ),
  },
};

/**
 * The second of two writes that are alike and not the same: other words, another code, another
 * amount.
 */
export const SIMILAR = {
  kaufland: {
    openTicket: (client, number, options) =>
      client.openTicket(
        { id_order_unit: [700_000_000_000_000 + number], reason: "contact_other", message: `${reference(number)} b` },
        options,
      ),
    createTicketMessage: (client, number, options) =>
      client.createTicketMessage(
        kauflandTicket(number),
        { text: `${reference(number)} b`, interim_notice: true },
        options,
      ),
  },
  clickbank: {
    "createTicket, help": (client, number, options) =>
      client.createTicket(
        receipt(number),
        { type: "tech", reason: "ticket.type.tech_support.1", comment: `${reference(number)} b` },
        options,
      ),
    "createTicket, refund": (client, number, options) =>
      client.createTicket(
        receipt(number),
        { type: "rfnd", reason: "ticket.type.refund.8", refundType: "PARTIAL_PERCENT", refundAmount: "30.00" },
        options,
      ),
    "updateTicket, comment": (client, number, options) =>
      client.updateTicket(clickbankTicket(number), { comment: `${reference(number)} b` }, options),
  },
  magalu: {
    "createTicket, code": (client, number, options) =>
      client.createTicket({ ...newMagaluTicket(number), code: `${reference(number)}b` }, options),
    "createMessage, code": (client, number, options) =>
      client.createMessage(magaluTicket(number), { ...magaluText(number), code: `${reference(number)}b` }, options),
    createMessage: (client, number, options) =>
      client.createMessage(magaluTicket(number), { ...magaluText(number), message: `${reference(number)} b` }, options),
    createEvent: (client, number, options) =>
      client.createEvent(magaluTicket(number), { type: "product_sent", code: `${reference(number)}b` }, options),
  },
};
