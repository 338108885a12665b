/**
 * Where `docsUrl` of errors leads: to the site of the documentation, if the manifest's `homepage` has
 * its address, or else to the page in the package's own files of this version, which everyone can
 * read. Set `homepage` to the site's root, such as `https://tickets.example/docs`.
 */
export function docsUrl({ name, version, homepage }) {
  if (homepage === undefined) return `https://unpkg.com/${name}@${version}/docs/errors.md`;
  return `${homepage.replace(/\/$/, "")}/errors.html`;
}
