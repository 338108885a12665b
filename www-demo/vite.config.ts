import { defineConfig } from "vite";

// `npx vite` serves the pages with live reload and passes calls on to a Worker that runs beside it,
// such as the one that `cargo xtask demo` starts. The Worker refuses other origins, so the proxy speaks as its own.
const worker = "http://127.0.0.1:8787";
const toWorker = { target: worker, headers: { origin: worker } };

export default defineConfig({
  root: "dashboard",
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "../dist", emptyOutDir: true, target: "es2022" },
  server: { host: "127.0.0.1", proxy: { "/api": toWorker, "/session": toWorker } },
});
