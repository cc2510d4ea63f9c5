import { bytesOfByteText } from "../byte-text.ts";
import { type ContainerKind, containerKindOf } from "../container-kind.ts";

/** Looking further into a text tells nothing new about what it is. */
const sampleLength = 4096;

/** One byte in three is printable, so that a few of them are soon met by chance. */
const shortLength = 24;

/** As much as the longest signature at a container's start takes. */
const signatureLength = 16;

/** Those whose signature is hard to meet by chance: a random text that begins like one must not be taken for it. */
const recognised: ReadonlySet<ContainerKind> = new Set(["zip", "gzip", "bzip2", "xz", "zstd", "sqlite", "pdf"]);

/** Whether something decoded is worth looking into: text, UTF-16 text or a container. Noise is what a wrong guess decodes to. */
export function isWorthwhile(decoded: string): boolean {
  return isText(decoded) || isWideText(decoded) || isContainer(decoded);
}

/** Whether a byte string begins like a container that can be opened. */
export function isContainer(decoded: string): boolean {
  const kind = containerKindOf(bytesOfByteText(decoded.slice(0, signatureLength)));
  return kind !== null && recognised.has(kind);
}

/**
 * Whether a byte string is text: hardly any control characters but white space, and little outside ASCII; a short one has neither.
 */
export function isText(decoded: string): boolean {
  const sample = decoded.slice(0, sampleLength);
  let controls = 0;
  let high = 0;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (code >= 0x80) high += 1;
    else if (code === 0x7f || (code < 0x20 && code !== 9 && code !== 10 && code !== 13)) controls += 1;
  }
  if (sample.length < shortLength) return controls + high === 0;
  return controls * 32 <= sample.length && high * 8 <= sample.length;
}

/** UTF-16 of mostly ASCII, as in encoded PowerShell commands. */
function isWideText(decoded: string): boolean {
  return /^(?:\xff\xfe|\xfe\xff)?\x00?(?:[\t\n\r\x20-\x7e]\x00){6}/.test(decoded);
}
