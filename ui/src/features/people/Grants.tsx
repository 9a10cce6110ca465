import { type Grant, ROLES, type Role } from "../../api/people";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";

interface Props {
  grants: readonly Grant[];
  onChange: (grants: Grant[]) => void;
}

const MEANING: Record<Role, string> = {
  admin: t("everything, users and settings too"),
  editor: t("changes and runs what is in the namespace"),
  viewer: t("sees everything but the names of secrets"),
};

/** Roles, each everywhere or in one namespace and those below. */
export function Grants({ grants, onChange }: Props) {
  const set = (at: number, part: Partial<Grant>): void =>
    onChange(grants.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <fieldset className="grants">
      <legend className="field__label">{t("Roles")}</legend>
      {grants.map(({ role, namespace }, index) => (
        <div key={index} className="row">
          <select
            className="select narrow"
            aria-label={t("Role {number}", { number: index + 1 })}
            value={role}
            onChange={(event) => set(index, { role: event.target.value as Role })}
          >
            {ROLES.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
          <input
            className="input input--mono"
            aria-label={t("Namespace of role {number}", { number: index + 1 })}
            placeholder={t("everywhere")}
            value={namespace}
            onChange={(event) => set(index, { namespace: event.target.value })}
          />
          <button
            className="btn btn--ghost btn--icon"
            type="button"
            aria-label={t("Remove role {number}", { number: index + 1 })}
            onClick={() => onChange(grants.filter((_, at) => at !== index))}
          >
            <Icon name="close" small />
          </button>
        </div>
      ))}
      <button
        className="btn btn--s"
        type="button"
        onClick={() => onChange([...grants, { role: "viewer", namespace: "" }])}
      >
        <Icon name="plus" small />
        {t("Add a role")}
      </button>
      <ul className="small muted">
        {ROLES.map((role) => (
          <li key={role}>
            <b className="med">{role}</b> {MEANING[role]}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
