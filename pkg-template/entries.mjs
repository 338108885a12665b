/** The entries of the package. The builds and the `exports` of the manifest come from this list. */

import { existsSync, readdirSync } from "node:fs";

/** The marketplaces: those with a class. Each has a feature of the same name in Cargo.toml. */
export const MARKETPLACES = readdirSync(new URL("src/marketplaces", import.meta.url))
  .map((file) => file.replace(".ts", ""))
  .sort();

/** The wasm modules: one for all marketplaces, one for each, one for files alone, and the desk's. */
export const MODULES = ["all", ...MARKETPLACES, "files", "desk"];

/** The marketplaces that a module knows. */
export const marketplacesOf = (module) =>
  module === "all" || module === "desk" ? MARKETPLACES : MARKETPLACES.filter((id) => id === module);

/** The entries with a file in src/entries, the module that each starts, and its specifiers by runtime. */
export const ENTRIES = [
  { name: "index", module: "all", path: ".", workerd: "./workerd" },
  ...[...MARKETPLACES, "files"].map((name) => ({
    name,
    module: name,
    path: `./${name}`,
    workerd: `./${name}/workerd`,
  })),
  // The route for pictures looks into them.
  { name: "gateway", module: "files", path: "./gateway", workerd: "./workerd/gateway" },
  { name: "desk", module: "desk", path: "./desk", workerd: "./desk/workerd", page: "desk-page" },
];

/** The files that pages get in place of an entry, without a module. */
export const PAGES = ENTRIES.flatMap(({ page }) => (page === undefined ? [] : [page]));
const localesIn = (folder) =>
  existsSync(new URL(folder, import.meta.url))
    ? readdirSync(new URL(folder, import.meta.url))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => file.replace(".ts", ""))
        .sort()
    : [];

/** The catalogues of words, which have no module: their files in src/locales and their specifiers. */
export const LOCALES = [
  ...localesIn("src/locales").map((name) => ({ name: `locales/${name}`, path: `./locales/${name}` })),
  ...localesIn("src/locales/meanings").map((name) => ({
    name: `locales/meanings/${name}`,
    path: `./locales/${name}/meanings`,
  })),
];

/** The name of a module in names of files. */
export const prefixOf = (module) => (module === "all" ? "" : `${module}-`);
export const wasmOf = (module) => `seller_tickets_${module === "all" ? "" : `${module}_`}bg.wasm`;

/** The targets for `import`, for `require`, and for resolvers with neither condition. */
function forms(name) {
  return {
    import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
    require: { types: `./dist/cjs/${name}.d.ts`, default: `./dist/cjs/${name}.js` },
    default: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
  };
}

/** The targets for Workers, which compile no bytes: they take a module beside the code. */
const inWorkers = (name, types = name) => ({ types: `./dist/${types}.d.ts`, default: `./dist/${name}.js` });

/** The `exports` of the manifest. */
export function exportsMap() {
  const map = {};
  for (const { name, path, workerd, page } of ENTRIES) {
    // Workers come first: their bundlers know both conditions.
    const inPages = page === undefined ? {} : { browser: forms(page) };
    map[path] = { workerd: inWorkers(`${name}-workerd`, name), ...inPages, ...forms(name) };
    map[workerd] = inWorkers(`${name}-workerd`, name);
  }
  map["./slim"] = forms("slim");
  for (const { name, path } of LOCALES) map[path] = forms(name);
  for (const module of MODULES) {
    const path = module === "all" ? "./wasm" : `./${module}/wasm`;
    const name = `${prefixOf(module)}wasm`;
    map[path] = { workerd: inWorkers(`${name}-workerd`), ...forms(name) };
    map[`./${wasmOf(module)}`] = { types: "./dist/module.d.ts", default: `./dist/${wasmOf(module)}` };
  }
  map["./package.json"] = "./package.json";
  return map;
}
