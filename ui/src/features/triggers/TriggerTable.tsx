import { setTriggerDisabled, type Trigger } from "../../api/triggers";
import { shortType } from "../../components/graph/nodeData";
import { Icon } from "../../components/Icon";
import { length, moment, retold } from "../../components/times";
import { t } from "../../i18n/text";
import { HEALTH, healthOf, secondsOf } from "./health";

interface Props {
  triggers: Trigger[];
  selected: string | undefined;
  chosen: ReadonlySet<string>;
  onSelect: (key: string) => void;
  onChoose: (keys: readonly string[], isChosen: boolean) => void;
  onAct: (action: Promise<unknown>, done: string) => void;
}

/** How a row is named in the address: unique, and the same after a reload. */
export function keyOf({ state: { namespace, flowId, triggerId } }: Trigger): string {
  return `${namespace}/${flowId}/${triggerId}`;
}

/** One row for each trigger: how it is, why, when it fires next and how late it is. */
export function TriggerTable({ triggers, selected, chosen, onSelect, onChoose, onAct }: Props) {
  return (
    <table className="table table--cards triggers">
      <caption className="sr">{t("Triggers")}</caption>
      <colgroup>
        <col style={{ width: 44 }} />
        <col style={{ width: 56 }} />
        <col style={{ width: "25%" }} />
        <col style={{ width: 116 }} />
        <col />
        <col style={{ width: "13%" }} />
        <col style={{ width: 112 }} />
        <col style={{ width: 112 }} />
        <col style={{ width: 72 }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <label className="check">
              <input
                type="checkbox"
                aria-label={t("Select all triggers shown")}
                checked={triggers.every((one) => chosen.has(keyOf(one)))}
                onChange={(event) => onChoose(triggers.map(keyOf), event.target.checked)}
              />
            </label>
          </th>
          <th scope="col">{t("On")}</th>
          <th scope="col">{t("Flow and trigger")}</th>
          <th scope="col">{t("Health")}</th>
          <th scope="col">{t("In words")}</th>
          <th scope="col">{t("Rule")}</th>
          <th scope="col">{t("Next##start")}</th>
          <th scope="col">{t("Last##start")}</th>
          <th scope="col" className="n">
            {t("Lag")}
          </th>
        </tr>
      </thead>
      <tbody>
        {triggers.map((one) => (
          <TriggerRow
            key={keyOf(one)}
            one={one}
            isSelected={keyOf(one) === selected}
            isChosen={chosen.has(keyOf(one))}
            onChoose={(isChosen) => onChoose([keyOf(one)], isChosen)}
            onSelect={() => onSelect(keyOf(one))}
            onAct={onAct}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<Props, "onAct"> {
  one: Trigger;
  isSelected: boolean;
  isChosen: boolean;
  onSelect: () => void;
  onChoose: (isChosen: boolean) => void;
}

/** How far a backfill has come. */
function fillingWords({ currentDate, paused }: NonNullable<Trigger["state"]["backfill"]>): string {
  const time = moment(currentDate);
  return paused ? t("Backfill at {time}, held", { time }) : t("Backfill at {time}", { time });
}

function TriggerRow({ one, isSelected, isChosen, onSelect, onChoose, onAct }: RowProps) {
  const { trigger, state } = one;
  const { namespace, flowId, triggerId, disabled, backfill } = state;
  const health = HEALTH[healthOf(one)];
  const lag = secondsOf(state.lag);
  const words = backfill ? fillingWords(backfill) : retold(state.error ?? state.reason);
  return (
    <tr aria-selected={isSelected}>
      <td>
        <label className="check">
          <input
            type="checkbox"
            aria-label={t("Select {name}", { name: `${flowId} / ${triggerId}` })}
            checked={isChosen}
            onChange={(event) => onChoose(event.target.checked)}
          />
        </label>
      </td>
      <td>
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            aria-label={t("{trigger} of {flow} is on", { trigger: triggerId, flow: flowId })}
            checked={!disabled}
            onChange={() =>
              onAct(
                setTriggerDisabled(state, !disabled),
                disabled ? t("{trigger} is on", { trigger: triggerId }) : t("{trigger} is off", { trigger: triggerId }),
              )
            }
          />
        </label>
      </td>
      <td>
        <button type="button" className="name cut" aria-expanded={isSelected} onClick={onSelect}>
          {flowId} / {triggerId}
        </button>{" "}
        <span className="muted small hide-s">{namespace}</span>
      </td>
      <td>
        <span className={`state ${health.className}`}>
          <Icon name={health.glyph} />
          {health.word}
        </span>
      </td>
      <td className="hide-s muted cut" title={words}>
        {words}
      </td>
      <td className="hide-s">
        {trigger.cron || trigger.interval ? (
          <code className="mono-s">{trigger.cron ?? trigger.interval}</code>
        ) : (
          <span className="muted">{shortType(trigger.type)}</span>
        )}
      </td>
      <td className="num hide-s">
        <time dateTime={state.nextExecutionDate}>{moment(state.nextExecutionDate)}</time>
      </td>
      <td className="num hide-s">
        <time dateTime={state.lastTriggeredDate}>{moment(state.lastTriggeredDate)}</time>
      </td>
      <td className="n num hide-s">{lag > 0 ? length(lag * 1_000) : ""}</td>
    </tr>
  );
}
