/**
 * Answers many tickets. Each line of the file is such an object; `files` and `close` are optional:
 *
 *     { "id_ticket": "…", "text": "…", "files": ["path", …], "close": true }
 *
 * Answered tickets are recorded in `<file>.done`, so that a second run continues where the first
 * stopped.
 *
 *     KAUFLAND_CLIENT_KEY=… KAUFLAND_SECRET_KEY=… node answer.mjs answers.jsonl
 */
import { appendFile, readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import process from "node:process";
import { Kaufland, TicketError } from "seller-tickets";

const path = process.argv[2];
if (path === undefined) {
  console.error("which file? node answer.mjs answers.jsonl");
  process.exit(2);
}

const kaufland = new Kaufland({
  clientKey: process.env.KAUFLAND_CLIENT_KEY ?? "",
  secretKey: process.env.KAUFLAND_SECRET_KEY ?? "",
  userAgent: "Inhouse_development",
  ...(process.env.KAUFLAND_BASE_URL ? { baseUrl: process.env.KAUFLAND_BASE_URL } : {}),
});

const lines = (text) => text.split("\n").filter((line) => line.trim() !== "");
const done = new Set(lines(await readFile(`${path}.done`, "utf8").catch(() => "")));
const answers = lines(await readFile(path, "utf8")).map((line) => JSON.parse(line));

async function messageOf({ text, files = [] }) {
  const read = async (file) => ({
    filename: basename(file),
    content: await readFile(resolve(dirname(path), file)),
  });
  return { text, ...(files.length > 0 ? { ticket_message_files: await Promise.all(files.map(read)) } : {}) };
}

// Everything is checked before anything is sent, because half a batch is worse than none.
let wrong = 0;
for (const answer of answers) {
  const message = await messageOf(answer);
  const violations = [
    ...kaufland.validate("createTicketMessage", answer.id_ticket, message),
    ...(await kaufland.validateFiles("createTicketMessage", answer.id_ticket, message)),
  ];
  for (const { field, message } of violations) console.error(`${answer.id_ticket} ${field}: ${message}`);
  wrong += violations.length;
}
if (wrong > 0) process.exit(1);

/**
 * Whether the marketplace has the message; needed when it is unknown whether the message arrived.
 */
async function isThere({ id_ticket, text }) {
  const { messages = [] } = await kaufland.getTicket(id_ticket, { embedded: ["messages"] });
  return messages.some((message) => message.author.role === "seller" && message.text === text);
}

async function send(answer) {
  const message = await messageOf(answer);
  try {
    await kaufland.createTicketMessage(answer.id_ticket, message);
  } catch (error) {
    if (!(error instanceof TicketError) || error.sent === "no" || !(await isThere(answer))) throw error;
  }
  if (answer.close) await kaufland.closeTicket(answer.id_ticket);
}

let failed = 0;
for (const answer of answers) {
  if (done.has(answer.id_ticket)) continue;
  try {
    await send(answer);
    await appendFile(`${path}.done`, `${answer.id_ticket}\n`);
    console.log(`${answer.id_ticket} answered${answer.close ? " and closed" : ""}`);
  } catch (error) {
    if (!(error instanceof TicketError)) throw error;
    failed += 1;
    console.error(`${answer.id_ticket} ${error.kind} ${error.code}: ${error.message}`);
    // Without valid keys, or without a connection, the others would fail in the same way.
    if (error.kind === "authentication" || error.kind === "network") break;
  }
}
process.exitCode = failed > 0 ? 1 : 0;
