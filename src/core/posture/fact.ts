/** Something that was asked of GitHub: known, or not known and why. `permission`: the one of the app's whose lack is the reason. */
export type Fact<T> = { readonly kind: "known"; readonly value: T } | Unknown;

export type Unknown = { readonly kind: "unknown"; readonly reason: string; readonly permission?: string };

export const known = <T>(value: T): Fact<T> => ({ kind: "known", value });

export const unknown = (reason: string, permission?: string): Unknown => ({
  kind: "unknown",
  reason,
  ...(permission === undefined ? {} : { permission }),
});
