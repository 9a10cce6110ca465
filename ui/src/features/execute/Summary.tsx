import type { Flow, FlowInput } from "../../api/types";
import { firstText, type Value, type Values } from "../../components/inputs/values";
import { t } from "../../i18n/text";

interface Props {
  flow: Flow;
  inputs: readonly FlowInput[];
  values: Values;
  labels: string;
  due: string;
  onLabels: (labels: string) => void;
  onDue: (due: string) => void;
}

const LONGEST = 60;

/** What a start will do, what differs from the defaults, when it begins and how it is labelled. */
export function Summary({ flow, inputs, values, labels, due, onLabels, onDue }: Props) {
  const changed = inputs.filter((input) => (values[input.id] ?? "") !== firstText(input));
  return (
    <aside className="exec__side" aria-label={t("What will happen")}>
      <h3>{t("What will happen")}</h3>
      <dl className="dl num">
        <dt>{t("Flow")}</dt>
        <dd>{flow.id}</dd>
        <dt>{t("Revision")}</dt>
        <dd>{t("{revision}, the last one", { revision: flow.revision })}</dd>
      </dl>
      {flow.disabled && <p className="notice failed">{t("The flow is disabled and does not start.")}</p>}
      <h3>{t("Against the defaults")}</h3>
      {changed.length === 0 ? (
        <p className="small muted">{t("Nothing differs.")}</p>
      ) : (
        <table className="table table--flush table--data">
          <thead>
            <tr>
              <th scope="col">{t("Input")}</th>
              <th scope="col">{t("Default")}</th>
              <th scope="col">{t("This run")}</th>
            </tr>
          </thead>
          <tbody>
            {changed.map((input) => (
              <tr key={input.id}>
                <td className="mono-s">{input.id}</td>
                <td className="muted">{firstText(input).slice(0, LONGEST) || t("none##value")}</td>
                <td>{input.type === "SECRET" ? t("set") : shown(values[input.id])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h3>{t("When and how")}</h3>
      <div className="field">
        <label className="field__label" htmlFor="run-due">
          {t("Start")}
        </label>
        <input
          className="input"
          id="run-due"
          type="datetime-local"
          value={due}
          onChange={(event) => onDue(event.target.value)}
        />
        <p className="field__help">{due ? t("It waits until then.") : t("Empty means now.")}</p>
      </div>
      <div className="field">
        <label className="field__label" htmlFor="run-labels">
          {t("Labels")}
        </label>
        <input
          className="input input--mono"
          id="run-labels"
          value={labels}
          spellCheck={false}
          onChange={(event) => onLabels(event.target.value)}
        />
        <p className="field__help">{t("Pairs such as team:data, with spaces between")}</p>
      </div>
    </aside>
  );
}

function shown(value: Value | undefined): string {
  if (value instanceof File) return value.name;
  return value ? value.slice(0, LONGEST) : "none";
}
