import { LabelledField } from "../../components/LabelledField";
import type { Look } from "../../components/look";
import { toast } from "../../components/toasts";
import { useLook } from "../../components/useLook";
import { LANGUAGES } from "../../i18n/language";
import { t } from "../../i18n/text";

const STARTS: [string, string][] = [
  ["/", t("Home")],
  ["/flows", t("Flows")],
  ["/executions", t("Executions")],
  ["/triggers", t("Triggers")],
  ["/dashboards", t("Dashboards")],
];
const THEMES: [Look["theme"], string][] = [
  ["system", t("As the system has it")],
  ["light", t("Light")],
  ["dark", t("Dark")],
];
const DENSITIES: [Look["density"], string][] = [
  ["compact", t("Compact")],
  ["comfortable", t("Comfortable")],
];

const LETTERS: [Look["letters"], string][] = [
  ["on", t("On##keys")],
  ["off", t("Off##keys")],
];

const TONGUES: [Look["language"], string][] = [
  ["", t("The language of this browser")],
  ...LANGUAGES,
  // Shows where a text was not translated, and where a longer one is cut.
  ...(import.meta.env.DEV ? ([["qps", "[Þŝéûđö~]"]] as [Look["language"], string][]) : []),
];

/** How the interface looks; kept on the server too, so that a new browser begins with it. */
export function Preferences() {
  const [look, setLook] = useLook();
  const change = (part: Partial<Look>): void => void setLook(part).then(() => toast(t("Kept")));
  return (
    <section className="syspart" aria-labelledby="preferences">
      <h2 id="preferences">{t("Preferences")}</h2>
      <div className="prefs">
        <Choice label={t("Theme")} value={look.theme} options={THEMES} onChange={(theme) => change({ theme })} />
        <Choice
          label={t("Rows of lists")}
          value={look.density}
          options={DENSITIES}
          onChange={(density) => change({ density })}
        />
        <Choice label={t("First page")} value={look.start} options={STARTS} onChange={(start) => change({ start })} />
        <Choice
          label={t("Times are shown in")}
          value={look.zone}
          options={zones()}
          onChange={(zone) => change({ zone })}
        />
        <Choice
          label={t("Keys of one letter")}
          value={look.letters}
          options={LETTERS}
          onChange={(letters) => change({ letters })}
        />
        <Choice
          label={t("Language")}
          value={look.language}
          options={TONGUES}
          onChange={(language) => change({ language })}
        />
      </div>
    </section>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: [Value, string][];
  onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <LabelledField label={label}>
      {(id) => (
        <select id={id} className="select" value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {options.map(([one, name]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
      )}
    </LabelledField>
  );
}

function zones(): [string, string][] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const all = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
  return [
    ["", t("The zone of this browser, {zone}", { zone: own })],
    ...all.map((zone): [string, string] => [zone, zone]),
  ];
}
