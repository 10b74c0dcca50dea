/**
 * How deep a JSON body may be. Nesting is bounded before anything is parsed: what is nested deeper than anybody
 * needs would exhaust the stack of whoever writes it down again.
 */
export const DEEPEST = 100;

/** Whether a JSON text is nested deeper than `DEEPEST`. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (char === "}" || char === "]") depth -= 1;
  }
  return false;
}
