/**
 * One piece of content to look at. `bytes` are as stored (a git blob, a file, the UTF-8 of a comment); the scanner decides
 * about encodings. `path` uses `/` and is how a person would find it; the scanner uses it for path rules and file kind.
 */
export type SourceText = { readonly path: string; readonly bytes: Uint8Array };
