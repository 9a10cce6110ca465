import { Link } from "@tanstack/react-router";
import { Empty } from "../components/Empty";
import { Head } from "../components/Head";
import { t } from "../i18n/text";

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <>
      <Head title={t("No such page")} />
      <Empty
        icon="unplug"
        title={t("Nothing is at this address")}
        actions={
          <Link className="btn" to="/flows">
            {t("All flows")}
          </Link>
        }
      >
        {t("The link may be from another version, or mistyped.")}
      </Empty>
    </>
  );
}
