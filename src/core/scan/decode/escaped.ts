/**
 * Whether an escape stands for something that has no part in a credential or in what is around one: a control character, or nothing
 * in ASCII, as the accented letters of translations.
 */
export function changesNothing(decoded: string): boolean {
  return /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(decoded) || !/[\t\n\r\x20-\x7e]/.test(decoded);
}
