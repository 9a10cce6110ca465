import { useQuery } from "@tanstack/react-query";
import { me } from "../../api/me";
import { Head } from "../../components/Head";
import { Loaded } from "../../components/Loaded";
import { t } from "../../i18n/text";
import { OwnPassword } from "./OwnPassword";
import { Preferences } from "./Preferences";
import { Tokens } from "./Tokens";

/** The one who is signed in: how the interface looks, the password, and tokens for programs. */
export function ProfilePage() {
  const found = useQuery(me);
  return (
    <>
      <Head
        title={t("You")}
        beside={
          found.data && <span className="muted">{found.data.isKnown ? found.data.username : t("not signed in")}</span>
        }
      />
      <div className="scroll" tabIndex={0} role="region" aria-label={t("Profile")}>
        <Preferences />
        <Loaded query={found}>
          {({ username, isKnown }) =>
            isKnown ? (
              <>
                <Tokens name={username} />
                <OwnPassword name={username} />
              </>
            ) : (
              <section className="syspart">
                <h2>{t("Account")}</h2>
                <p className="muted">
                  {t("This server asks nobody to sign in, so there are no passwords and no tokens.")}
                </p>
              </section>
            )
          }
        </Loaded>
      </div>
    </>
  );
}
