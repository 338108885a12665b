/** Hosts that lack something: the package can be imported there, and its errors name what is missing. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { makeProject, run } from "./lib.mjs";

/** Asks for everything that needs the module, and prints what came of it. */
const ASK = `
  const out = [];
  const ask = async (name, work) => {
    try {
      out.push({ name, value: await work() });
    } catch (error) {
      const { kind, code, message, sent } = error;
      out.push({ name, known: error instanceof api.TicketError, kind, code, message, sent });
    }
  };
  const keys = { clientKey: "a", secretKey: "b", userAgent: "c" };
  await ask("validate", () => api.validate("kaufland", "getTicket", "x").length);
  await ask("call", () => new api.Kaufland({ ...keys, baseUrl: "http://127.0.0.1:1", maxRetries: 0 }).getTicket("0017"));
  await ask("gateway", () => new api.Kaufland({ gateway: "http://127.0.0.1:1", maxRetries: 0 }).getTicket("0017"));
  await ask("file", () => api.fileToBase64(new Blob(["abc"])));
  await ask("type", () => api.detectMimeType(new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x2d])));
  await ask("start", () => slim.start(new Uint8Array([0, 0x61, 0x73, 0x6d])));
  console.log(JSON.stringify(out));
`;
const IMPORT = `import * as api from "seller-tickets"; import * as slim from "seller-tickets/slim"; ${ASK}`;
const REQUIRE = `const api = require("seller-tickets"); const slim = require("seller-tickets/slim"); (async () => { ${ASK} })();`;

let project;
before(async () => {
  project = await makeProject({
    "import.mjs": IMPORT,
    "require.cjs": REQUIRE,
    "without.cjs": "for (const name of process.env.WITHOUT.split(',')) delete globalThis[name];",
    "old-url.cjs": "delete URL.canParse;",
  });
});
after(() => project?.dispose());

async function ask(script, { without, flags = [], preload = "./without.cjs" } = {}) {
  const loaded = without === undefined && preload === "./without.cjs" ? [] : ["--require", preload];
  const args = [...flags, ...loaded, script];
  return JSON.parse(await run(process.execPath, args, { cwd: project.folder, env: { WITHOUT: without ?? "" } }));
}

for (const script of ["import.mjs", "require.cjs"]) {
  describe(script, () => {
    const assertMissing = (out, name) => {
      for (const { known, kind, code, message, sent, ...rest } of out) {
        assert.deepEqual([known, kind, code, sent], [true, "configuration", "wasm_unavailable", "no"], rest.name);
        assert.ok(message.includes(`this host has no \`${name}\``), message);
        assert.ok(!message.includes("content security policy"), message);
      }
    };

    test("without WebAssembly: Lockdown Mode, and Node's `--jitless`", async () => {
      assertMissing(await ask(script, { without: "WebAssembly" }), "WebAssembly");
      assertMissing(await ask(script, { flags: ["--jitless"] }), "WebAssembly");
    });

    test("without encoders, as in the jsdom of Jest", async () => {
      const asked = (out) => out.filter(({ name }) => name !== "start");
      assertMissing(asked(await ask(script, { without: "TextDecoder,TextEncoder" })), "TextDecoder");
      assertMissing(asked(await ask(script, { without: "TextEncoder" })), "TextEncoder");
    });

    test("with all of it, but an older `URL`", async () => {
      const out = await ask(script, { preload: "./old-url.cjs" });
      assert.deepEqual(
        out.map(({ value, kind }) => value ?? kind),
        [1, "network", "network", "YWJj", "application/pdf", "configuration"],
      );
      assert.match(out.at(-1).message, /could not be started/);
    });
  });
}
