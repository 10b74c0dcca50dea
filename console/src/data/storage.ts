/** What the browser may keep: language, theme, and filters that somebody has saved; nothing else. A browser that forbids storage forgets them. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    return;
  }
}

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
