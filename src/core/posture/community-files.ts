/** Where GitHub looks for a security policy. */
export const isSecurityPolicy = (path: string): boolean =>
  /^(?:\.github\/|docs\/)?SECURITY(?:\.(?:md|rst|txt))?$/i.test(path);
