import type { ReactNode } from "react";
import type { FlowInput } from "../../api/types";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { InputField } from "../../components/inputs/InputField";
import type { Value, Values } from "../../components/inputs/values";
import { t } from "../../i18n/text";

interface Props {
  inputs: readonly FlowInput[];
  values: Values;
  errorsOf: (id: string) => string[];
  /** Why the flow does not start with these inputs, in its own words. */
  blocking: readonly string[];
  error: unknown;
  head: ReactNode;
  onChange: (id: string, value: Value) => void;
}

/** The inputs of a start, each with the control of its type. */
export function RunForm({ inputs, values, errorsOf, blocking, error, head, onChange }: Props) {
  return (
    <form className="exec__form" onSubmit={(event) => event.preventDefault()}>
      {head}
      {inputs.length === 0 && <p className="muted">{t("This flow takes no inputs.")}</p>}
      {inputs.map((input) => (
        <InputField
          key={input.id}
          input={input}
          value={values[input.id]}
          errors={errorsOf(input.id)}
          onChange={(value) => onChange(input.id, value)}
        />
      ))}
      {blocking.map((message) => (
        <p key={message} className="notice failed">
          <Icon name="s-failed" />
          {message}
        </p>
      ))}
      {error !== null && <Failure error={error} />}
    </form>
  );
}
