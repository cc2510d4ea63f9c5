const words: Readonly<Record<string, string>> = {
  EACCES: "Permission denied.",
  EPERM: "Permission denied.",
  ENOENT: "There is no such file.",
  ENOTDIR: "There is no such file.",
  ELOOP: "Its symbolic links go round in a circle.",
  EISDIR: "It is a directory.",
  ENXIO: "It is a socket or a pipe, not a file.",
  ENODEV: "It is a device, not a file.",
  ENAMETOOLONG: "Its path is too long.",
  EMFILE: "Too many files are open.",
  EIO: "The disk could not read it.",
};

/** What went wrong with a file, for people. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return words[code] ?? `It could not be read (${code === "" ? String(error) : code}).`;
}
