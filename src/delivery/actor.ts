/**
 * Who acted on a delivery (the name of the API key), and why. The delivery's timeline shows it.
 */
export interface Actor {
  readonly by: string;
  readonly note: string | null;
}
