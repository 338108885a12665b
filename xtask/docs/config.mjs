/** The settings of the site. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { CONTENTS } from "./contents.mjs";

const reference = fileURLToPath(new URL("../../target/docs/pages/api", import.meta.url));

const sidebar = CONTENTS.map(([text, pages], index) => ({
  text,
  collapsed: index > 1,
  items: Object.entries(pages).map(([page, text]) => ({ text, link: `/${page.replace(/index$/, "")}` })),
}));

/** The reference's own sidebar: the entries, each with its classes. */
function referenceSidebar() {
  const entries = readdirSync(reference, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const items = entries.map(({ name }) => {
    const kinds = readdirSync(join(reference, name), { withFileTypes: true }).filter((kind) => kind.isDirectory());
    const pages = kinds.flatMap((kind) =>
      readdirSync(join(reference, name, kind.name)).map((file) => {
        const page = file.replace(/\.md$/, "");
        return { text: page, link: `/api/${name}/${kind.name}/${page}` };
      }),
    );
    return { text: name, link: `/api/${name}/`, collapsed: true, items: pages };
  });
  return [{ text: "All pages", link: "/" }, { text: "API reference", link: "/api/" }, ...items];
}

export default defineConfig({
  title: "seller-tickets",
  description: "Marketplace tickets for sellers, in browsers, Workers, Node and Rust",
  lang: "en",
  // Browsers ask for an icon at the host's root if a page names none.
  head: [["link", { rel: "icon", href: "data:," }]],
  outDir: fileURLToPath(new URL("../../target/docs/site", import.meta.url)),
  cacheDir: fileURLToPath(new URL("../../target/docs/cache", import.meta.url)),
  // The site's pages name their neighbours by the one file that lists them.
  metaChunk: true,
  vite: { build: { chunkSizeWarningLimit: 2000 }, logLevel: "warn" },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Guide", link: "/guide" },
      { text: "API reference", link: "/api/" },
    ],
    sidebar: { "/": sidebar, "/api/": referenceSidebar() },
  },
  /** A host may forbid scripts within pages, as the demo does: they become files. */
  async transformHtml(html, _id, { siteConfig }) {
    const { outDir, site } = siteConfig;
    const scripts = new Map();
    const text = html.replaceAll(/<script([^>]*)>([^<]+)<\/script>/g, (_whole, attributes, code) => {
      const name = `inline-${createHash("sha256").update(code).digest("hex").slice(0, 12)}.js`;
      scripts.set(name, code);
      return `<script${attributes} src="${site.base}assets/${name}"></script>`;
    });
    await mkdir(join(outDir, "assets"), { recursive: true });
    for (const [name, code] of scripts) await writeFile(join(outDir, "assets", name), code);
    return text;
  },
});
