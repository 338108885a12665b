/**
 * The tools of the matrix, each in a folder of its own below target/matrix, so that none finds what
 * another brought. Their versions are in tools.json; what is there already is not fetched again.
 */
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { ROOT, run } from "../package/lib.mjs";

export const VERSIONS = JSON.parse(await readFile(join(ROOT, "tests/matrix/tools.json"), "utf8"));
const HOME = join(ROOT, "target/matrix");

/** A tool that cannot be had here; the cell says so, and why. */
export class NotAvailable extends Error {}

const installs = new Map();

/** The folder that holds a tool, installed by npm. */
export function tool(name) {
  if (!installs.has(name)) installs.set(name, install(name));
  return installs.get(name);
}

async function install(name) {
  const dependencies = VERSIONS[name];
  const folder = join(HOME, name);
  const stamp = join(folder, "node_modules/.matrix-stamp");
  const wanted = JSON.stringify(dependencies);
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = { name: "matrix-tool", private: true, type: "module", dependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  try {
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
  } catch (error) {
    throw new NotAvailable(
      `npm could not install ${wanted}: ${
        String(error.message)
          .split("\n")
          .find((line) => /npm error/.test(line)) ?? error.message
      }`,
    );
  }
  await writeFile(stamp, wanted);
  return folder;
}

/** The executable of a Node of this major version. */
export async function node(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = await tool(`node-${major}`);
  return join(folder, "node_modules/node/bin/node");
}

/**
 * An environment in which `node` is of this major version: most tools no longer run under the
 * oldest that the package supports.
 */
export async function withNode(major, env = {}) {
  const folder = join(await node(major), "..");
  return { ...env, PATH: `${folder}${delimiter}${process.env.PATH}` };
}

/** The path of a program that comes from the system, or why it is not there. */
export async function program(paths, hint) {
  for (const path of paths.filter(Boolean)) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new NotAvailable(`${paths.at(-1)} is not installed (${hint})`);
}
