/** What people wrote about a commit or a tag: it stands behind the first empty line of the object, after names and addresses. */
export function messageIn(object: Uint8Array): Uint8Array {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const end = bytes.indexOf("\n\n");
  return end < 0 ? new Uint8Array() : bytes.subarray(end + 2);
}
