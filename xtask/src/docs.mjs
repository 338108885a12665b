/**
 * Writes the API reference for TypeScript from the declarations of the packed package: `node
 * docs.mjs` writes docs/api/, and `--check` compares it. There is one page for each entry. A page
 * shows the declarations themselves, so it cannot contradict them.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(root, "target/npm/seller-tickets/dist");
const PAGES = [
  { file: "index.d.ts", page: "seller-tickets.md", title: "seller-tickets", without: [] },
  { file: "gateway.d.ts", page: "gateway.md", title: "seller-tickets/gateway", without: [] },
  { file: "files.d.ts", page: "files.md", title: "seller-tickets/files", without: [] },
  { file: "slim.d.ts", page: "slim.md", title: "seller-tickets/slim", without: ["index.d.ts"] },
];
const INTRO = {
  "seller-tickets.md":
    "`seller-tickets/kaufland`, `/clickbank`, `/magalu`, `/jtl-scx` and `/probo` have the class of that marketplace, the functions, and its types without the prefix: `KauflandTicket` is `Ticket` of `seller-tickets/kaufland`, and `ScxEvent` is `Event` of `seller-tickets/jtl-scx`. Only `ScxError` is `ErrorEntry` there, and `MagaluCreation` keeps its name. `seller-tickets/workerd` has the same exports as the root, for Workers behind a bundler that picks another entry; so have `seller-tickets/kaufland/workerd` and so on as theirs.",
  "gateway.md": "`seller-tickets/workerd/gateway` has the same exports.",
  "files.md": "What is for files, with a small module of its own.",
  "slim.md":
    "Everything of [seller-tickets](seller-tickets.md), and `start`. What it starts is the default export of `seller-tickets/wasm`: the compiled module in Workers, the address of its file elsewhere. It starts `seller-tickets/kaufland/wasm` and the other modules, too; then the classes of other marketplaces throw `unknown_marketplace`.",
};
const SECTIONS = [
  ["Classes", ts.SyntaxKind.ClassDeclaration],
  ["Functions", ts.SyntaxKind.FunctionDeclaration],
  ["Values", ts.SyntaxKind.VariableDeclaration],
  ["Types", undefined],
];

/** The pages, by path. */
export function pages() {
  const files = PAGES.map(({ file }) => join(dist, file));
  const program = ts.createProgram(files, {
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
  });
  const checker = program.getTypeChecker();
  const exportsOf = (file) => {
    const source = program.getSourceFile(join(dist, file));
    if (source === undefined) throw new Error(`${file} is missing: run \`cargo xtask pack\``);
    const found = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
    return new Map(
      found.map((symbol) => [
        symbol.name,
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
      ]),
    );
  };
  const out = new Map();
  for (const { file, page, title, without } of PAGES) {
    const known = new Set(without.flatMap((other) => [...exportsOf(other).keys()]));
    const symbols = [...exportsOf(file)].filter(([name]) => !known.has(name));
    const parts = [`# ${title}`, "Made by `cargo xtask docs` from the package's declarations.", INTRO[page]];
    const left = new Map(symbols.sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    for (const [section, kind] of SECTIONS) {
      const here = [...left].filter(
        ([, { declarations }]) => kind === undefined || declarations?.some((one) => one.kind === kind),
      );
      if (here.length === 0) continue;
      parts.push(`## ${section}`);
      for (const [name, symbol] of here) {
        left.delete(name);
        parts.push(`### ${name}`, ...describe(symbol, checker, name));
      }
      const bases = new Set(
        here.flatMap(([, symbol]) => basesOf(symbol, checker)).filter((base) => !known.has(base.name)),
      );
      for (const base of bases) {
        if (symbols.some(([, symbol]) => symbol === base)) continue;
        parts.push(`### ${base.name} (not exported)`, ...describe(base, checker));
      }
    }
    out.set(page, `${parts.filter(Boolean).join("\n\n")}\n`);
  }
  return out;
}

/** `name`: under which it is exported. */
function describe(symbol, checker, name = symbol.name) {
  const words = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const { deprecated } = Object.fromEntries(
    symbol.getJsDocTags(checker).map((tag) => [tag.name, ts.displayPartsToString(tag.text)]),
  );
  const own = new RegExp(`\\b${symbol.name}\\b`);
  const code = [...new Set(symbol.declarations.map(textOf))].map((text) => text.replace(own, name)).join("\n");
  if (deprecated !== undefined) return [`**Deprecated.** ${deprecated}`, `\`\`\`\`ts\n${code}\n\`\`\`\``];
  return [words, `\`\`\`\`ts\n${code}\n\`\`\`\``];
}

/** The base classes of this package's classes, which inherit their members. */
function basesOf(symbol, checker) {
  const clauses = symbol.declarations.flatMap((one) => (ts.isClassDeclaration(one) ? (one.heritageClauses ?? []) : []));
  const types = clauses.flatMap(({ types }) => types.map(({ expression }) => checker.getSymbolAtLocation(expression)));
  const own = types
    .map((base) => (base?.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(base) : base))
    .filter((base) => base?.declarations?.some((one) => one.getSourceFile().fileName.startsWith(dist)));
  return own.flatMap((base) => [base, ...basesOf(base, checker)]);
}

/**
 * A declaration with the comments of its members, without the parts that only the compiler needs.
 */
function textOf(declaration) {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const lines = node
    .getText()
    .replace(/^export /, "")
    .replace(/^declare /, "")
    .split("\n")
    .filter((line) => !/^\s*(?:private|protected|#|\[INSPECT\]|\/\*\* @internal)/.test(line));
  return lines.join("\n").replaceAll("    ", "  ");
}

/** The pages that are out of date. */
export async function stale() {
  const found = [];
  for (const [page, text] of pages()) {
    const there = await readFile(join(root, "docs/api", page), "utf8").catch(() => "");
    if (there !== text) found.push(page);
  }
  return found;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = join(root, "docs/api");
  await mkdir(folder, { recursive: true });
  for (const [page, text] of pages()) {
    await writeFile(join(folder, page), text);
    console.log(`docs/api/${page}`);
  }
}
