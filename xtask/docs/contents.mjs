/** The site's contents: its groups of pages, in the order of the sidebar. */
export const CONTENTS = [
  ["Start here", { index: "Overview", guide: "Guide" }],
  [
    "Quick starts",
    {
      "start/react": "React",
      "start/vue": "Vue",
      "start/svelte": "Svelte",
      "start/page": "Plain page",
      "start/worker": "Worker",
      "start/node": "Node",
      "start/deno": "Deno",
      "start/bun": "Bun",
      "start/next": "Next",
      "start/rust": "Rust",
    },
  ],
  [
    "Reference",
    {
      clients: "Clients",
      gateway: "Gateway",
      desk: "Desk",
      "desk-worker": "The desk as a Worker",
      "desk-scale": "The desk with many accounts",
      "desk-tables": "The desk's tables",
      entries: "Entries and sizes",
      errors: "Errors",
      writes: "Sure writes",
      matrix: "Where it runs",
      "local-marketplaces": "Local marketplaces",
      "api/index": "API reference",
    },
  ],
  [
    "Marketplaces",
    { kaufland: "Kaufland", clickbank: "ClickBank", magalu: "Magalu", "jtl-scx": "JTL-SCX", probo: "Probo" },
  ],
  [
    "Recipes",
    {
      "recipes/violations": "Violations in a form",
      "recipes/translate": "Words in your language",
      "recipes/upload": "Upload with progress",
      "recipes/sync": "Sync into a database",
      "recipes/inbox": "One inbox",
      "recipes/tests": "Tests",
      "recipes/tracing": "Tracing",
      "recipes/tanstack-query": "TanStack Query",
      "recipes/proxies": "Proxies",
    },
  ],
  ["Help", { troubleshooting: "Troubleshooting", security: "Security", changelog: "Changelog" }],
];

/** All pages of the contents, without `.md`. */
export const LISTED = CONTENTS.flatMap(([, pages]) => Object.keys(pages));
