import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { installation } from "../../api/installation";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Tabs } from "../../components/Tabs";
import { t } from "../../i18n/text";
import type { SystemTab } from "../../search";
import { AuditTab } from "./AuditTab";
import { HealthTab } from "./HealthTab";
import { LimitsTab } from "./LimitsTab";
import { SettingsTab } from "./SettingsTab";
import { UsageTab } from "./UsageTab";

const TABS: { id: SystemTab; name: string }[] = [
  { id: "health", name: t("Health") },
  { id: "limits", name: t("Limits and pools") },
  { id: "settings", name: t("Settings") },
  { id: "usage", name: t("Usage") },
  { id: "audit", name: t("Audit log") },
];

/** How the installation is, what it is limited to, how it is set up and who changed what. */
export function SystemPage({ tab }: { tab: SystemTab }) {
  const found = useQuery(installation).data;
  return (
    <>
      <Head
        hasTabs
        title={t("System")}
        beside={found && <span className="muted num">Tiercel {found.productVersion}</span>}
        actions={
          <Link className="btn" to="/users">
            <Icon name="user" small />
            {t("Users")}
          </Link>
        }
      />
      <Tabs label={t("Parts of the system")} tabs={TABS} />
      <div className="scroll" tabIndex={0} role="region" aria-label={TABS.find(({ id }) => id === tab)?.name ?? ""}>
        {tab === "health" && <HealthTab />}
        {tab === "limits" && <LimitsTab />}
        {tab === "settings" && <SettingsTab />}
        {tab === "usage" && <UsageTab />}
        {tab === "audit" && <AuditTab />}
      </div>
    </>
  );
}
