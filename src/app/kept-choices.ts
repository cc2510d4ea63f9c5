/** So many sets of rules are kept ready beside Keyward's own, those used last. */
const mostSets = 8;

/** Remembers what was made for the choices of rules that were used last. */
export function keptChoices<Made>(): (key: string, make: () => Made) => Made {
  const kept = new Map<string, Made>();
  return (key, make) => {
    const made = kept.get(key) ?? make();
    kept.delete(key);
    kept.set(key, made);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostSets) break;
      kept.delete(oldest);
    }
    return made;
  };
}
