/**
 * Prints the tickets that wait for the seller, and saves the files that came with them.
 *
 *     deno run --allow-env --allow-net --allow-write=. digest.ts files/
 */
import { Kaufland } from "seller-tickets";

const folder = Deno.args[0] ?? "files";
const baseUrl = Deno.env.get("KAUFLAND_BASE_URL");

const kaufland = new Kaufland({
  clientKey: Deno.env.get("KAUFLAND_CLIENT_KEY") ?? "",
  secretKey: Deno.env.get("KAUFLAND_SECRET_KEY") ?? "",
  userAgent: "Inhouse_development",
  ...(baseUrl ? { baseUrl } : {}),
});

let count = 0;
for await (const ticket of kaufland.listTickets({ status: ["opened"] })) {
  if (!ticket.is_seller_responsible) continue;
  const { messages, files } = await kaufland.getTicket(ticket.id_ticket, { embedded: ["messages", "files"] });
  const last = messages?.at(-1);
  console.log(`${ticket.id_ticket} ${ticket.open_reason}: ${last?.text.split("\n")[0]?.slice(0, 80) ?? ""}`);
  for (const [index, file] of (files ?? []).entries()) {
    const download = await kaufland.downloadFile(file);
    await Deno.mkdir(`${folder}/${ticket.id_ticket}`, { recursive: true });
    // Buyers choose the names, so only letters, digits, dots and dashes become part of a path.
    const name = file.filename.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "");
    await Deno.writeFile(`${folder}/${ticket.id_ticket}/${index}-${name}`, await download.bytes());
    console.log(`  ${name} (${download.contentType})`);
  }
  count += 1;
  if (count === 20) break;
}
console.log(`${count} shown`);
