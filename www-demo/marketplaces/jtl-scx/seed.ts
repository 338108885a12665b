// The data a fresh marketplace holds: the same for the same seed, ending at the given moment.
//
//   channel LOCALMARKET with the sellers 4711 and S77 (both of one seller account), channel
//   OTHERMARKET with the seller 4711 of another
//   24 tickets of 4711, CASE-0001 to CASE-0024, every third with replies; 1 of OTHERMARKET,
//   CASE-0001 too
//   6 events of the channel that were not fetched yet (replies, and what else the list holds), 3 of
//   the seller

import { toBase64Pieces } from "../shared/blobs.ts";
import { insertRows, type Value } from "../shared/database.ts";
import type { SeedOptions } from "../shared/marketplace.ts";
import { Random } from "../shared/random.ts";
import type { Bytes, D1Database } from "../shared/runtime.ts";
import { pdf, png } from "../shared/sample-files.ts";
import { REPLY_EVENT, TICKET_EVENT, TOPICS } from "./vocabulary.ts";

const TICKETS = 24;
const HOUR = 3_600_000;

export const CHANNEL = "LOCALMARKET";
const OTHER_CHANNEL = "OTHERMARKET";
export const SELLER_ACCOUNT = 2;
const SELLER = "4711";

// For this machine only; they open nothing elsewhere.
const ACCOUNTS: Value[][] = [
  [1, "CHANNEL:local-jtl-channel", "channel", CHANNEL],
  [SELLER_ACCOUNT, "SELLER:local-jtl-seller", "seller", null],
  [3, "CHANNEL:local-jtl-neighbour", "channel", OTHER_CHANNEL],
  [4, "SELLER:local-jtl-neighbour", "seller", null],
];
const SELLERS: Value[][] = [
  [CHANNEL, SELLER, SELLER_ACCOUNT],
  [CHANNEL, "S77", SELLER_ACCOUNT],
  [OTHER_CHANNEL, SELLER, 4],
];

const CASES: Record<string, [subject: string, message: string]> = {
  QUESTION: ["Passt das Ersatzteil?", "Passt der Filter auch in das ältere Modell?"],
  FEEDBACK: ["Sehr zufrieden", "Alles kam schnell und gut verpackt an. Danke! 👍"],
  DELIVERY: ["Paket nicht angekommen", "Die Sendungsverfolgung hat sich seit sechs Tagen nicht bewegt."],
  RETURN: ["Rücksendung", "Ich möchte den Artikel zurückgeben. Wie bekomme ich ein Etikett?"],
  REFUND: ["Erstattung fehlt", "Die Rücksendung ist vor zwei Wochen angekommen, das Geld nicht."],
  INCIDENT: ["Gerät beschädigt", "Das Gehäuse hat einen Riss, siehe Foto."],
};
const NAMES = ["Alex", "Kim", "Robin", "Sascha", "Toni"];

interface Message {
  sellerId: string;
  ticketId: string;
  createdAt: string;
  from: Record<string, unknown>;
  message: string;
  replyRequested: boolean;
  attachment: { filename: string; contentType: string }[];
}

export async function seed(db: D1Database, options: SeedOptions): Promise<void> {
  const random = new Random(options.seed);
  const now = Math.floor(options.now.getTime() / 1000) * 1000;
  const image = await png(160, 100, 0.5);
  const label = pdf(["Musterladen", "Retourenetikett", "Diese Datei ist ein Beispiel."]);
  const tickets: Value[][] = [];
  const messages: Value[][] = [];
  const files: Value[][] = [];
  const pieces: Value[][] = [];
  const events: Value[][] = [];

  const say = (ticket: number, side: string, message: Message, ms: number) => {
    messages.push([ticket, side, JSON.stringify(message), ms]);
  };
  const attach = (ticket: number, side: string, filename: string, type: string, content: Bytes | null) => {
    files.push([ticket, side, filename, type, content === null ? null : type, content?.byteLength ?? null]);
    for (const [at, piece] of (content === null ? [] : toBase64Pieces(content)).entries()) {
      pieces.push([ticket, side, filename, at, piece]);
    }
  };
  const tell = (target: string, type: string, event: unknown, ms: number, version: string | null = "1.11.0.6") => {
    events.push([random.hex(24), target, type, JSON.stringify(event), version, ms]);
  };

  for (let index = 0; index <= TICKETS; index += 1) {
    const number = index + 1;
    // The last one is the neighbour's, and has the id of the first.
    const channel = index === TICKETS ? OTHER_CHANNEL : CHANNEL;
    const ticketId = `CASE-${String((index % TICKETS) + 1).padStart(4, "0")}`;
    const topic = TOPICS[index % TOPICS.length] ?? "QUESTION";
    const [subject, text] = CASES[topic] ?? ["", ""];
    const ms = now - (TICKETS - index + 1) * 9 * HOUR;
    const createdAt = iso(ms);
    tickets.push([number, channel, SELLER, ticketId, topic, subject, createdAt]);
    const withFile = topic === "INCIDENT";
    const asked: Message = {
      sellerId: SELLER,
      ticketId,
      createdAt,
      from: { role: "BUYER", name: random.pick(NAMES) },
      message: text,
      replyRequested: topic !== "FEEDBACK",
      attachment: withFile ? [{ filename: "foto.png", contentType: "image/png" }] : [],
    };
    say(number, "channel", asked, ms);
    if (withFile) attach(number, "channel", "foto.png", "image/png", image);
    if (channel === CHANNEL && index >= TICKETS - 3) {
      tell(`seller:${SELLER_ACCOUNT}`, TICKET_EVENT, { channel, topic, subject, ...asked }, ms, null);
    }
    if (index % 3 !== 0 || channel !== CHANNEL) continue;
    const withLabel = topic === "RETURN";
    const answered: Message = {
      sellerId: SELLER,
      ticketId,
      createdAt: iso(ms + HOUR),
      from: index % 2 === 0 ? { role: "SELLER", name: "Musterladen" } : { role: "SELLER" },
      message: withLabel ? "Das Etikett liegt bei." : "Danke für Ihre Nachricht, wir kümmern uns darum.",
      replyRequested: false,
      attachment: withLabel ? [{ filename: "etikett.pdf", contentType: "application/pdf" }] : [],
    };
    say(number, "seller", answered, ms + HOUR);
    if (withLabel) attach(number, "seller", "etikett.pdf", "application/pdf", label);
    if (index >= TICKETS - 9) tell(CHANNEL, REPLY_EVENT, answered, ms + HOUR);
  }
  // What else the list holds: other types, one of a later version, and an event without the
  // optional member.
  tell(CHANNEL, "Seller:Order.Confirmed", { sellerId: SELLER, orderId: "ORD-5511" }, now - 2 * HOUR);
  tell(CHANNEL, "Seller:Loyalty.Update", { sellerId: SELLER, points: 12 }, now - HOUR, "2.0.0.0");
  tell(
    CHANNEL,
    "System:Notification",
    { channel: CHANNEL, sellerId: SELLER, message: "Wartung am Sonntag", severity: "INFO" },
    now - HOUR / 2,
    null,
  );

  await db.batch([
    ...insertRows(db, "jtl_scx_accounts", ["id_account", "refresh_token", "side", "channel"], ACCOUNTS),
    ...insertRows(db, "jtl_scx_sellers", ["channel", "seller_id", "id_account"], SELLERS),
    ...insertRows(
      db,
      "jtl_scx_tickets",
      ["number", "channel", "seller_id", "ticket_id", "topic", "subject", "created_at"],
      tickets,
    ),
    ...insertRows(db, "jtl_scx_messages", ["ticket", "side", "body", "received_ms"], messages),
    ...insertRows(db, "jtl_scx_files", ["ticket", "side", "filename", "announced_type", "content_type", "size"], files),
    ...insertRows(db, "jtl_scx_file_pieces", ["ticket", "side", "filename", "position", "base64"], pieces),
    ...insertRows(db, "jtl_scx_events", ["id", "target", "type", "event", "client_version", "created_ms"], events),
  ]);
}

const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
