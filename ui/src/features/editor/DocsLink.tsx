import { Link } from "@tanstack/react-router";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";

/** Leads to all there is to know of a type, beside the text that is being written. */
export function DocsLink({ type }: { type: string }) {
  const name = t("Documentation of {type}", { type });
  return (
    <Link
      className="btn btn--ghost btn--s btn--icon"
      to="/plugins/$type"
      params={{ type }}
      target="_blank"
      aria-label={name}
      title={name}
    >
      <Icon name="docs" small />
    </Link>
  );
}
