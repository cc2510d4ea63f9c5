/** GitHub's own, whose tags GitHub moves; everybody else's can be moved by whoever takes their account over. */
const trusted = /^(?:actions|github)\//i;

/** Whether what a step uses is a third party's, and can become something else without anybody here changing a line. */
export function isThirdPartyUnpinned(uses: string): boolean {
  if (uses.startsWith("./") || trusted.test(uses)) return false;
  if (uses.startsWith("docker://")) return !/@sha256:[0-9a-f]{64}$/.test(uses);
  return !/@(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(uses);
}
