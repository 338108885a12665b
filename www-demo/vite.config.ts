import { defineConfig, type Plugin, type Rolldown } from "vite";
import { EARLY_SCRIPT } from "./worker/policy";

// `npx vite` serves the pages with live reload and passes calls on to a Worker that runs beside it,
// such as the one that `cargo xtask demo` starts. The host stays as the page sees it, since the
// Worker refuses other origins.
const worker = { target: "http://127.0.0.1:8787", changeOrigin: false };

/** Whether the page cannot begin without a module; panels and languages are loaded when wanted. */
function isOfStart(id: string, modules: Rolldown.ChunkingContext): boolean {
  const seen = new Set([id]);
  for (const one of seen) {
    const info = modules.getModuleInfo(one);
    if (info?.isEntry) return true;
    // The package's root names all that it has, of which the page takes little.
    const importers = info?.importers ?? [];
    for (const importer of importers.filter((other) => !other.endsWith("/seller-tickets/dist/index.js"))) {
      seen.add(importer);
    }
  }
  return false;
}

const START = {
  debugName: "start",
  name: (id: string, modules: Rolldown.ChunkingContext) => (isOfStart(id, modules) ? "start" : null),
};

/**
 * Tells the script within the HTML where the words of each language are, which it asks for before the
 * page does, and holds the Worker to the script's hash.
 */
const early: Plugin = {
  name: "early",
  async transformIndexHtml(html, { bundle = {} }) {
    const [, script = ""] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
    // Browsers take all ends of lines for one.
    const bytes = new TextEncoder().encode(script.replaceAll("\r\n", "\n"));
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const hash = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
    if (hash !== EARLY_SCRIPT) throw new Error(`\`EARLY_SCRIPT\` of worker/policy.ts has to be "${hash}"`);
    const found = Object.values(bundle).flatMap((file) => {
      const [, language] = /\/src\/words\/(.+)\.ts$/.exec((file.type === "chunk" && file.facadeModuleId) || "") ?? [];
      return language === undefined ? [] : [[language, `./${file.fileName}`]];
    });
    return html.replace("<html", `<html data-words='${JSON.stringify(Object.fromEntries(found))}'`);
  },
};

export default defineConfig({
  root: "dashboard",
  base: "./",
  plugins: [early],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // The package carries its WebAssembly inside its script, so that no bundler needs a setting; that
  // is more than Vite's usual.
  build: {
    ...{ outDir: "../dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 1500 },
    // What a panel shares with the page would be a file of its own, and one more request at first.
    rolldownOptions: { output: { codeSplitting: { groups: [START] } } },
  },
  server: { host: "127.0.0.1", proxy: { "/api": worker, "/session": worker, "/start": worker } },
});
