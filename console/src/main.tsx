import { render } from "preact";
import { App } from "./app.tsx";
import { listenToKeys } from "./data/keys.ts";
import { resumeSession } from "./data/session.ts";
import { followStream } from "./data/stream.ts";
import "./style.css";

const root = document.getElementById("app");
if (root !== null) {
  listenToKeys();
  followStream();
  render(<App />, root);
  void resumeSession();
}
