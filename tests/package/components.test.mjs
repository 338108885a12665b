/** The quick starts for pages, in Chromium: each form says what the rules say, and sends a message with a file through a gateway. */
import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { build } from "esbuild";
import { compile as compileSvelte } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";
import { createGateway } from "../../target/npm/seller-tickets/dist/gateway.js";
import { Kaufland } from "../../target/npm/seller-tickets/dist/kaufland.js";
import { startLocal } from "../../www-demo/local.mjs";
import { answerWith, launchChromium, ROOT, startServer } from "./lib.mjs";
import { snippetsOf } from "./snippets.mjs";

const OUT = join(ROOT, "target/components");
const DIST = join(ROOT, "target/npm/seller-tickets/dist");
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
const ID = "00150000017";

let local;
let server;
let browser;

/** The example of a page that has this text. */
async function example(page, text) {
  const found = (await snippetsOf(page)).find(({ whole }) => whole.includes(text));
  if (found === undefined) throw new Error(`${page} has no example with ${text}`);
  return found.whole;
}

/** The files of each page: the component, and what mounts it. */
const PAGES = {
  react: async () => ({
    "component.tsx": await example("docs/start/react.md", "function Reply"),
    "main.tsx": `
      import { createRoot } from "react-dom/client";
      import { Reply } from "./component";
      createRoot(document.getElementById("app")!).render(<Reply id="${ID}" />);`,
  }),
  inbox: async () => ({
    "component.tsx": await example("docs/start/react.md", "function Inbox"),
    "main.tsx": `
      import { createRoot } from "react-dom/client";
      import { Inbox } from "./component";
      createRoot(document.getElementById("app")!).render(<Inbox />);`,
  }),
  query: async () => ({
    "provider.tsx": await example("docs/recipes/tanstack-query.md", "function Queries"),
    "hooks.tsx": await example("docs/recipes/tanstack-query.md", "function useReply"),
    "main.tsx": `
      import { createRoot } from "react-dom/client";
      import { useInbox, useReply, useTicket } from "./hooks";
      import { Queries } from "./provider";
      function App() {
        const inbox = useInbox();
        const ticket = useTicket("${ID}");
        const reply = useReply("${ID}");
        return <>
          <ul>{inbox.data?.pages.flatMap(({ data }) => data).map(({ id_ticket }) => <li key={id_ticket}>{id_ticket}</li>)}</ul>
          <button onClick={() => inbox.fetchNextPage()}>More</button>
          <ol>{ticket.data?.messages?.map(({ id_ticket_message, text }) => <li key={String(id_ticket_message)}>{text}</li>)}</ol>
          <button onClick={() => reply.mutate({ text: "from a mutation" })}>Reply</button>
        </>;
      }
      createRoot(document.getElementById("app")!).render(<Queries><App /></Queries>);`,
  }),
  vue: async () => {
    const { descriptor } = parse(await example("docs/start/vue.md", "<script setup"));
    return {
      "component.ts": compileScript(descriptor, { id: "reply", inlineTemplate: true }).content,
      "main.ts": `
        import { createApp } from "vue";
        import Reply from "./component";
        createApp(Reply, { id: "${ID}" }).mount("#app");`,
    };
  },
  svelte: async () => ({
    "component.js": compileSvelte(await example("docs/start/svelte.md", "$props"), { generate: "client" }).js.code,
    "main.js": `
      import { mount } from "svelte";
      import Reply from "./component";
      mount(Reply, { target: document.getElementById("app"), props: { id: "${ID}" } });`,
  }),
};

/** Bundles a page as a user's build would, and returns its script. */
async function bundle(name) {
  const folder = join(OUT, name);
  await mkdir(folder, { recursive: true });
  const files = await PAGES[name]();
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const main = Object.keys(files).find((file) => file.startsWith("main."));
  const { outputFiles } = await build({
    entryPoints: [join(folder, main)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    logLevel: "error",
  });
  return outputFiles[0].text;
}

before(async () => {
  await rm(OUT, { recursive: true, force: true });
  local = await startLocal({ dashboard: false, quiet: true, now: "2026-03-01T12:00:00Z" });
  const gateway = createGateway({
    accounts: { "kf-de": new Kaufland(local.accounts.kaufland) },
    authorize: () => true,
  });
  const scripts = {};
  const html = (body) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${body}`;
  const [plain] = (await readFile(join(ROOT, "docs/start/page.md"), "utf8")).match(/(?<=^```html\n)[\s\S]*?(?=^```$)/m);
  const policy = /(?<=^Content-Security-Policy: ).*$/m.exec(
    await readFile(join(ROOT, "docs/start/page.md"), "utf8"),
  )[0];
  server = await startServer(async (request, response, body) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname.startsWith("/api/")) return answerWith((one) => gateway.fetch(one), request, response, body);
    if (pathname === "/plain") {
      // The policy of the page forbids scripts within pages, so this one comes as a file.
      const [, list, , script] = /^([\s\S]*?)(<script type="module">)([\s\S]*?)<\/script>/.exec(plain);
      scripts.plain = Promise.resolve(script);
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy });
      return response.end(html(`${list}<script type="module" src="/plain.js"></script>`));
    }
    if (pathname.startsWith("/seller-tickets/")) {
      const file = normalize(join(DIST, pathname.slice("/seller-tickets/".length)));
      response.writeHead(200, { "content-type": "text/javascript" });
      return response.end(await readFile(file));
    }
    const [, name, isScript] = /^\/(\w+)(\.js)?$/.exec(pathname);
    scripts[name] ??= bundle(name);
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(
      isScript ? await scripts[name] : html(`<div id="app"></div><script type="module" src="/${name}.js"></script>`),
    );
  });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.dispose();
  await local?.dispose();
});
beforeEach(() => local.control.reset());

/** A page, and what it complained about. */
async function open(path) {
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(`${server.url}${path}`);
  return { page, complaints };
}

const count = async (sql, ...values) =>
  (await local.db.kaufland.first(`SELECT count(*) AS count FROM ${sql}`, ...values)).count;

describe("a form for replies", () => {
  for (const name of ["react", "vue", "svelte"]) {
    test(`${name}: rules while one types, a message with a file, and a refusal`, async () => {
      const { page, complaints } = await open(`/${name}`);
      const text = page.locator("textarea");
      const send = page.getByRole("button", { name: "Send" });
      await text.fill("x".repeat(65_536));
      await page.getByText("The limit is 65,535 characters.").waitFor();
      assert.ok(await send.isDisabled());

      const words = `from ${name}`;
      await text.fill(words);
      await page.locator("input[type=file]").setInputFiles([{ name: "photo.png", mimeType: "image/png", buffer: PNG }]);
      await send.click();
      await page.waitForFunction(() => document.querySelector("textarea").value === "");
      assert.equal(await count("kaufland_messages WHERE text = ?", words), 1);
      assert.equal(await count("kaufland_files WHERE filename = 'photo.png' AND id_ticket = ?", ID), 1);

      // A refusal is told, and the text stays.
      await local.control.fault({
        match: { marketplace: "kaufland", method: "POST" },
        fault: { kind: "status", status: 401, body: { message: "no" } },
      });
      await text.fill("refused");
      await send.click();
      await page.getByRole("alert").waitFor();
      assert.equal(await text.inputValue(), "refused");
      // The browser itself tells of the status.
      assert.deepEqual(
        complaints.filter((line) => !line.includes("status of 401")),
        [],
      );
      await page.close();
    });
  }
});

test("React: the list shows the open tickets", async () => {
  const { page, complaints } = await open("/inbox");
  await page.locator("li").first().waitFor();
  assert.ok((await page.locator("li").count()) >= 10);
  assert.deepEqual(complaints, []);
  await page.close();
});

test("TanStack Query: pages follow each other, and a reply reads its ticket anew", async () => {
  const { page, complaints } = await open("/query");
  await page.locator("ul li").first().waitFor();
  const before = await page.locator("ul li").count();
  await page.getByRole("button", { name: "More" }).click();
  await page.waitForFunction((before) => document.querySelectorAll("ul li").length > before, before);
  await page.locator("ol li").first().waitFor();
  await page.getByRole("button", { name: "Reply" }).click();
  await page.getByText("from a mutation").waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a plain page lists tickets without a bundler, under the policy that it names", async () => {
  const { page, complaints } = await open("/plain");
  await page.locator("li").first().waitFor();
  assert.ok((await page.locator("li").count()) >= 10);
  assert.deepEqual(complaints, []);
  await page.close();
});
