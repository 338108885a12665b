/** The lines of an address, whose shape is the marketplace's own. */

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** Returns the lines in the order in which they stand on a letter; none for another shape. */
export function addressLines(address: unknown): string[] {
  if (typeof address !== "object" || address === null) return [];
  const of = (...names: string[]) =>
    names
      .map((name) => text((address as Record<string, unknown>)[name]))
      .filter((part) => part !== "")
      .join(" ");
  return [
    of("company_name"),
    of("first_name", "last_name"),
    of("street", "house_number"),
    of("additional_field"),
    of("postcode", "city"),
    of("country"),
  ].filter((line) => line !== "");
}
