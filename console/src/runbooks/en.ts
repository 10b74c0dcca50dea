/** The pages of docs/runbooks as text, put here by the build: no page is asked of any other place. */
export const texts = import.meta.glob("../../../docs/runbooks/*.md", {
  query: "?raw",
  import: "default",
  eager: true,
});
