/** Something with a name that may be the old or the new one of two. */
export type Named = { readonly name: string; readonly since: string };

/** An old and a new one side by side: from when the younger of them is. */
export type Overlap = { readonly names: readonly string[]; readonly since: string };

const marks = "OLD|NEW|NEXT|PREV|PREVIOUS|CURRENT|LEGACY|ROTATED|BACKUP|DEPRECATED|V[0-9]+";
const atEnd = new RegExp(`_(?:${marks})$`);
const atStart = new RegExp(`^(?:${marks})_`);

/** Those whose names differ only by a word such as `OLD`, `NEXT` or `V2`. */
export function overlapsIn(all: readonly Named[]): readonly Overlap[] {
  const byStem = Map.groupBy(all, ({ name }) => stemOf(name));
  return [...byStem.values()].flatMap((group) => {
    const marked = group.some(({ name }) => stemOf(name) !== plain(name));
    if (group.length < 2 || !marked) return [];
    const since = group.map((one) => one.since).toSorted((a, b) => Date.parse(a) - Date.parse(b));
    return [{ names: group.map(({ name }) => name), since: since.at(-1) ?? "" }];
  });
}

const plain = (name: string): string =>
  name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

const stemOf = (name: string): string => plain(name).replace(atEnd, "").replace(atStart, "");
