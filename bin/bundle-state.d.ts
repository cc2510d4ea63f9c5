export function stateOf(top: string, modules: readonly string[]): string;
export function isFresh(folder: string, top: string): boolean;
