/** Something in an object store is not as git writes it. Whoever meets it leaves the object, or the pack, to git itself. */
export class Damaged extends Error {
  override readonly name = "Damaged";
}
