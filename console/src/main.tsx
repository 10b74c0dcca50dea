import { render } from "preact";
import { App } from "./app.tsx";
import { listenToKeys } from "./data/keys.ts";
import { resumeSession } from "./data/session.ts";
import { followStream } from "./data/stream.ts";
import { loadWords } from "./words/words.ts";
import "./style.css";

const root = document.getElementById("app");
if (root !== null) void begin(root);

async function begin(place: HTMLElement): Promise<void> {
  // Asked at the same time: on a slow line each answer that is waited for is felt.
  const session = resumeSession();
  await loadWords().catch(() => undefined);
  listenToKeys();
  followStream();
  render(<App />, place);
  await session;
}
