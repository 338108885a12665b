/** Blanks of a macro: what stands in ‹…› is still to be filled in. */

const BLANK = /‹[^›]*›/g;

export const blanksOf = (text: string): number => text.match(BLANK)?.length ?? 0;

/** Selects the next blank after the cursor, or the first one. Returns whether there is one. */
export function selectBlank(field: HTMLTextAreaElement): boolean {
  const all = [...field.value.matchAll(BLANK)];
  const next = all.find(({ index }) => index >= field.selectionEnd) ?? all[0];
  if (next === undefined) return false;
  field.setSelectionRange(next.index, next.index + next[0].length);
  return true;
}
