/**
 * Verifies one dead letter: asks the platform, shows what it said of each recipient and what may be it, and takes the id
 * of what a person has found there. Nothing is sent.
 */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Verified } from "../../../src/doors/client/types.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { ActForm } from "./act-form.tsx";
import { Tag, type Tone } from "./tag.tsx";
import { Short, Text } from "./text.tsx";

interface Verifying {
  readonly id: string;
  /** Whether what it made is found by an id of the platform's. */
  readonly hasId: boolean;
}

export const verifying = signal<Verifying | null>(null);

export function VerifyDialog(): JSX.Element | null {
  const asked = verifying.value;
  return asked === null ? null : <Dialog asked={asked} />;
}

const close = (): void => {
  verifying.value = null;
};

const VERDICT_TONES: Readonly<Record<Verified["verdict"], Tone>> = {
  there: "good",
  partly: "warn",
  absent: "bad",
  unknown: "warn",
};

function Dialog({ asked: { id, hasId } }: { asked: Verifying }): JSX.Element {
  const w = words.value.act;
  const [receipt, setReceipt] = useState("");
  const [takesAltered, setTakesAltered] = useState(false);
  const [result, setResult] = useState<Verified | null>(null);
  const confirm = async (note: string | undefined): Promise<boolean> => {
    const found = receipt.trim();
    const question = {
      ...(note === undefined ? {} : { note }),
      ...(found === "" ? {} : { receipt: found, takesAltered }),
    };
    setResult(await bida.deadLetters.verify(id, question));
    return false;
  };
  return (
    <ActForm
      title={w.verify}
      label={w.verify}
      tone="primary"
      reason="optional"
      isReady={result?.verdict !== "there"}
      {...(result === null ? {} : { closeLabel: w.close })}
      onClose={close}
      onConfirm={confirm}
      below={result !== null && <Result result={result} onTake={setReceipt} />}
    >
      <p>{w.verifyMeaning}</p>
      {hasId && (
        <>
          <label class="field">
            <span>{w.foundId}</span>
            <input
              name="receipt"
              value={receipt}
              autocomplete="off"
              spellcheck={false}
              maxLength={200}
              onInput={(event) => setReceipt(event.currentTarget.value)}
            />
          </label>
          {receipt.trim() !== "" && (
            <label class="check">
              <input
                type="checkbox"
                checked={takesAltered}
                onChange={(event) => setTakesAltered(event.currentTarget.checked)}
              />{" "}
              {w.takesAltered}
            </label>
          )}
        </>
      )}
    </ActForm>
  );
}

const MOST_SHOWN = 20;

function Result({ result, onTake }: { result: Verified; onTake: (id: string) => void }): JSX.Element {
  const w = words.value.act;
  const { verdict, recipients, candidates } = result;
  return (
    <div role="status">
      <p>
        <Tag tone={VERDICT_TONES[verdict]}>{w.verdict[verdict]}</Tag>
      </p>
      <ul class="plain">
        {recipients.slice(0, MOST_SHOWN).map(({ recipient, seen, detail }) => (
          <li>
            <code>
              <Short value={recipient === "*" ? words.value.delivery.everybody : recipient} />
            </code>{" "}
            {w.seen[seen]} {detail !== null && <Text value={detail} long={160} />}
          </li>
        ))}
      </ul>
      {candidates.length > 0 && (
        <>
          <p>{w.candidates}</p>
          <ul class="plain">
            {candidates.map(({ id, detail }) => (
              <li>
                <code>{id}</code> <Text value={detail} long={160} />{" "}
                <button type="button" onClick={() => onTake(id)}>
                  {w.take}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
