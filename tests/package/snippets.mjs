/** The TypeScript examples of the pages, and what the compiler says of them. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { ROOT } from "./lib.mjs";

const OUT = join(ROOT, "target/snippets");
const GIVEN = join(ROOT, "tests/package/given");
const LANGUAGES = { ts: "ts", tsx: "tsx", vue: "ts", svelte: "svelte.ts" };

/** The strictest settings that users commonly have, and those that bundlers need. */
const OPTIONS = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
  jsx: ts.JsxEmit.ReactJSX,
  types: ["node"],
  typeRoots: [join(ROOT, "node_modules/@types")],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  paths: { "seller-tickets-marketplaces": [join(ROOT, "target/npm/seller-tickets-marketplaces/dist/index.d.ts")] },
};

/** Every page that users read, as a path in the repository. */
export async function pages() {
  const docs = await readdir(join(ROOT, "docs"), { recursive: true });
  const below = docs
    .filter((path) => path.endsWith(".md") && !path.startsWith("api"))
    .map((path) => `docs/${path.replaceAll("\\", "/")}`);
  return ["README.md", "SECURITY.md", "pkg-template/README.md", "pkg-marketplaces/README.md", ...below.sort()];
}

/** The examples in comments of the package's sources, which editors and the API reference show. */
export async function snippetsOfSources() {
  const found = [];
  for (const path of await readdir(join(ROOT, "pkg-template/src"), { recursive: true })) {
    const page = `pkg-template/src/${path.replaceAll("\\", "/")}`;
    if (!page.endsWith(".ts")) continue;
    const source = await readFile(join(ROOT, page), "utf8");
    for (const { 1: commented, index } of source.matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm)) {
      const code = commented.replaceAll(/^ *\* ?/gm, "");
      found.push({ page, line: source.slice(0, index).split("\n").length + 1, language: "ts", whole: code, code });
    }
  }
  return found;
}

/**
 * The examples of a page.
 *
 * @returns {Promise<{ page: string, line: number, language: string, code: string }[]>} `line`: of the first line of the code
 */
export async function snippetsOf(page, text) {
  const source = text ?? (await readFile(join(ROOT, page), "utf8"));
  const found = [];
  for (const { 1: language, 2: whole, index } of source.matchAll(/^```(ts|tsx|vue|svelte)\n([\s\S]*?)^```$/gm)) {
    const line = source.slice(0, index).split("\n").length + 1;
    found.push({ page, line, language, whole, ...scriptOf(language, whole, line) });
  }
  // A fence that is written in another way would be left out without a word.
  const fences = source.match(/^[ \t>]*(?:`{3,}|~{3,}) *(?:[cm]?tsx?|typescript|vue|svelte)\b/gim) ?? [];
  if (fences.length !== found.length) {
    throw new Error(`${page} has ${fences.length} examples, of which ${found.length} can be read: write \`\`\`ts`);
  }
  return found;
}

/** Of a component in a file of its own, the script. */
function scriptOf(language, whole, line) {
  if (language === "ts" || language === "tsx") return { code: whole, line };
  const { 1: code, index, 0: text } = /<script[^>]*lang="ts"[^>]*>\n([\s\S]*?)<\/script>/.exec(whole) ?? {};
  if (code === undefined) throw new Error(`the ${language} example at line ${line} has no <script lang="ts">`);
  return { code, line: line + whole.slice(0, index + text.indexOf(code)).split("\n").length - 1 };
}

/** The names that the code declares or imports itself, at its top level or deeper. */
export function declaredIn(code) {
  const names = new Set();
  const visit = (node) => {
    const isName = ts.isBindingElement(node) || ts.isVariableDeclaration(node) || ts.isParameter(node);
    const isOther =
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node);
    if ((isName || isOther) && node.name !== undefined && ts.isIdentifier(node.name)) {
      // A parameter is known within its function alone, so the rest of the code may mean a given name by it.
      if (!ts.isParameter(node)) names.add(node.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("code.tsx", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX));
  return names;
}

/**
 * Compiles examples, all in one program. What an example takes as given is declared in
 * given/common.ts, and in the file of given/ that has the page's name.
 *
 * @returns {Promise<Map<object, string[]>>} the errors of each example; `page:line message`
 */
export async function compile(snippets) {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const files = new Map();
  const given = await givenNames();
  for (const [index, snippet] of snippets.entries()) {
    const name = snippet.page.replace(/\.\w+$/, "").replaceAll(/\W+/g, "-");
    const path = join(OUT, `${name}-${index}.${LANGUAGES[snippet.language]}`);
    await mkdir(dirname(path), { recursive: true });
    // One line before the code, so that lines can be told.
    await writeFile(path, `${preludeOf(snippet, given)}\n${snippet.code}`);
    files.set(path, snippet);
  }
  const ambient = join(GIVEN, "ambient.d.ts");
  const program = ts.createProgram([...files.keys(), ambient], OPTIONS);
  const errors = new Map(snippets.map((snippet) => [snippet, []]));
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    const snippet = files.get(file?.fileName);
    if (snippet === undefined) throw new Error(`${file?.fileName ?? "the compiler"}: ${text}`);
    const { line } = ts.getLineAndCharacterOfPosition(file, start);
    errors.get(snippet).push(`${snippet.page}:${snippet.line + line - 1} ${text}`);
  }
  return errors;
}

/** The names in each file of given/. */
export async function givenNames() {
  const names = new Map();
  for (const file of (await readdir(GIVEN)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))) {
    const text = await readFile(join(GIVEN, file), "utf8");
    const exported = [...text.matchAll(/^export (?:declare )?(?:const|function|type|interface|class) (\w+)/gm)];
    names.set(file.replace(/\.ts$/, ""), new Set(exported.map(([, name]) => name)));
  }
  return names;
}

/** The imports of what a page's example uses and neither declares nor imports. */
function preludeOf({ page, code }, given) {
  const own = page
    .replace(/^docs\/|^.*\/bound\//, "")
    .replace(/\.\w+$/, "")
    .replaceAll("/", "-");
  const declared = declaredIn(code);
  const isUsed = (name) =>
    new RegExp(`(?<!(?<!\\.\\.)\\.|[\\w"'])${name}\\b(?!["'])`).test(code) && !declared.has(name);
  const lines = [];
  const taken = new Set();
  for (const file of [own, "common"]) {
    const names = [...(given.get(file) ?? [])].filter((name) => isUsed(name) && !taken.has(name));
    for (const name of names) taken.add(name);
    const path = relative(OUT, join(GIVEN, file)).replaceAll("\\", "/");
    if (names.length > 0) lines.push(`import { ${names.join(", ")} } from "${path}";`);
  }
  return `${lines.join(" ")} export {};`;
}
