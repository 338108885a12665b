import { defineConfig } from "vite";

// `npx vite` serves the pages with live reload and passes calls on to a Worker that runs beside it,
// such as the one that `cargo xtask demo` starts. The host stays as the page sees it, since the
// Worker refuses other origins.
const worker = { target: "http://127.0.0.1:8787", changeOrigin: false };

export default defineConfig({
  root: "dashboard",
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // The package carries its WebAssembly inside its script, so that no bundler needs a setting; that
  // is more than Vite's usual.
  build: { outDir: "../dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 1500 },
  server: { host: "127.0.0.1", proxy: { "/api": worker, "/session": worker } },
});
