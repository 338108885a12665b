// The data a fresh marketplace holds: the same for the same seed, ending at the given moment.
//
//   reseller 1   40 orders, WEB-2001 to WEB-2040, with one to four products each, and a ticket for
//                the first of them
//   reseller 2   the order WEB-2001, with other products
//
// The orders only matter with the setting `known_orders`.

import { insertRows, type Value } from "../shared/database.ts";
import type { SeedOptions } from "../shared/marketplace.ts";
import { Random } from "../shared/random.ts";
import type { D1Database } from "../shared/runtime.ts";

// For this machine only: the base64 of "local:probo" and of "neighbour:probo". They open nothing
// elsewhere.
const TOKENS: [token: string, reseller: number][] = [
  ["bG9jYWw6cHJvYm8=", 1],
  ["bmVpZ2hib3VyOnByb2Jv", 2],
];

const TITLES = [
  "Roll-up banner 85 x 200 cm",
  "Aluminium sign 60 x 40 cm",
  "Mesh banner 300 x 100 cm",
  "Window sticker, white ink",
  "Canvas 120 x 80 cm",
  "Flag with sleeve 75 x 300 cm",
  "Foam board A1",
];

export async function seed(db: D1Database, { now, seed }: SeedOptions): Promise<void> {
  const random = new Random(seed);
  const orders: Value[][] = [];
  const products: Value[][] = [];
  let product = 778_201;
  const order = (reseller: number, id: string, count: number): void => {
    orders.push([reseller, id, 202_600_001 + orders.length]);
    for (let index = 0; index < count; index += 1) {
      products.push([reseller, id, String(product), random.pick(TITLES), random.int(1, 25)]);
      product += 1;
    }
  };
  for (let index = 1; index <= 40; index += 1) order(1, `WEB-${2000 + index}`, random.int(1, 4));
  order(2, "WEB-2001", 2);
  const created = new Date(now.getTime() - 3 * 86_400_000).toISOString();
  const body = {
    order_id: "WEB-2001",
    id: "CMP-2001-1",
    description: "One roll is missing",
    reason: "missing",
    suggested_solution: "rework",
    contact_email: "support@shop.example",
    products: [{ id: 778_201, amount: 1 }],
  };
  await db.batch([
    ...insertRows(db, "probo_tokens", ["token", "reseller"], TOKENS),
    ...insertRows(db, "probo_orders", ["reseller", "order_id", "supplier_order_number"], orders),
    ...insertRows(db, "probo_order_products", ["reseller", "order_id", "id", "title", "amount"], products),
    ...insertRows(
      db,
      "probo_tickets",
      [
        "number",
        "reseller",
        "id",
        "order_id",
        "description",
        "reason",
        "suggested_solution",
        "contact_email",
        "status",
        "created",
        "body",
      ],
      [
        [
          500_001,
          1,
          body.id,
          body.order_id,
          body.description,
          body.reason,
          body.suggested_solution,
          body.contact_email,
          "pending",
          created,
          JSON.stringify(body),
        ],
      ],
    ),
    ...insertRows(db, "probo_ticket_products", ["number", "position", "id", "amount"], [[500_001, 0, "778201", 1]]),
  ]);
}
