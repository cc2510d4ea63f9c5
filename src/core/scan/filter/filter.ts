import type { BytePattern } from "../re2/translate.ts";

/** What a test of a filter looks at. */
export type FilterTarget = "secret" | "match" | "line" | "path";

/** A condition under which a finding is dropped: the part of betterleaks' filter expressions that is about content and path. */
export type Filter =
  | { readonly kind: "any"; readonly of: readonly Filter[] }
  | { readonly kind: "all"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  /** Shannon entropy below (`orEqual`: or at) a limit. */
  | { readonly kind: "entropy"; readonly target: FilterTarget; readonly below: number; readonly orEqual: boolean }
  | { readonly kind: "matches"; readonly target: FilterTarget; readonly patterns: readonly BytePattern[] }
  /** In lower case; the target is compared in lower case too. */
  | { readonly kind: "contains"; readonly target: FilterTarget; readonly words: readonly string[] };
