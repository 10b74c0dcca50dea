import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { about, linkResult, logIn, type LoginResult } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Modal } from "../parts/modal.tsx";
import { Environment } from "../parts/environment.tsx";
import { Switches } from "../parts/switches.tsx";

export function LoginPage(): JSX.Element {
  const w = words.value.login;
  return (
    <main class="login">
      <div class="login-card">
        <p class="brand">
          Bida <span lang="zh">必达</span>
        </p>
        <h1>{w.title}</h1>
        <p class="faint">{w.intro}</p>
        <LoginForm />
        <p class="faint">
          <Environment /> {about.value !== null && `Bida ${about.value.version}`}
        </p>
        <div class="switches">
          <Switches />
        </div>
      </div>
    </main>
  );
}

/** Over the page on which the session ended. */
export function LoginAgain(): JSX.Element {
  const w = words.value.login;
  return (
    <Modal title={w.title} onClose={() => undefined}>
      <p>{w.ended}</p>
      <LoginForm />
    </Modal>
  );
}

function LoginForm(): JSX.Element {
  const w = words.value.login;
  const [key, setKey] = useState("");
  const [result, setResult] = useState<LoginResult | "busy" | null>(linkResult.value);
  const submit = async (): Promise<void> => {
    setResult("busy");
    const came = await logIn({ key: key.trim() });
    if (came !== "in") setResult(came);
  };
  const isRefused = result !== null && result !== "busy" && result !== "in";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        <span>{w.key}</span>
        <input
          type="password"
          name="key"
          autocomplete="current-password"
          required
          autofocus
          value={key}
          aria-invalid={isRefused}
          aria-describedby="login-hint"
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      {isRefused && (
        <p class="problem" role="alert">
          {w[result]}
        </p>
      )}
      <p id="login-hint" class="faint">
        {w.hint}
      </p>
      <button type="submit" class="primary" disabled={result === "busy" || key.trim() === ""}>
        {w.submit}
      </button>
    </form>
  );
}
