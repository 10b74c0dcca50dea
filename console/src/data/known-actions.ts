/** Ids of the bulk actions that began in this tab: the API shows one by its id. */
const NAME = "bida-actions";
const KEPT = 50;

export function rememberAction(id: string): void {
  try {
    const ids = [id, ...knownActions().filter((known) => known !== id)].slice(0, KEPT);
    sessionStorage.setItem(NAME, JSON.stringify(ids));
  } catch {
    return;
  }
}

export function knownActions(): string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string") : [];
  } catch {
    return [];
  }
}
