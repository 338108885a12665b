#!/usr/bin/env node
import process from "node:process";
import { parseArgs } from "node:util";
import { describe } from "../www-demo/local/marketplaces.mjs";
import { readPort } from "../www-demo/local/port.mjs";
import { startMarketplaces } from "./index.mjs";

const HELP = `seller-tickets-marketplaces [--port N] [--now DATE] [--persist FOLDER]

Starts local stand-ins for the marketplaces of seller-tickets, with made-up tickets.

  --port N          listen there; any free port when it is absent
  --now DATE        the moment that the made-up data ends at, for tests that name dates
  --persist FOLDER  keep what changes; otherwise it is forgotten when this ends
`;

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      now: { type: "string" },
      persist: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { now, persist } = values;
  const marketplaces = await startMarketplaces({ port: readPort("port", values.port), now, persist, quiet: false });
  process.stdout.write(`${describe(marketplaces)}\n\nThese keys open nothing elsewhere. Ctrl-C ends it.\n`);
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, async () => {
      await marketplaces.close();
      process.exit(0);
    });
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
