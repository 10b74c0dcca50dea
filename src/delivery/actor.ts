/**
 * Who acts on a delivery, by the name of the API key, and why. On the timeline of what was acted on.
 */
export interface Actor {
  readonly by: string;
  readonly note: string | null;
}
