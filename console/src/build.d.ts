/** What the build understands beside TypeScript. */
declare module "*.css";

interface ImportMeta {
  /** Files as texts, by their paths. */
  readonly glob: (
    pattern: string,
    options: { readonly query: "?raw"; readonly import: "default"; readonly eager: true },
  ) => Readonly<Record<string, string>>;
}
