import { DefaultDashboard } from "../features/dashboards/DefaultDashboard";
import { HomePage } from "../features/home/HomePage";

/** What is going on, with the dashboard that is chosen for here below. */
export function HomeRoute() {
  return <HomePage charts={<DefaultDashboard place="home" narrowed={{}} />} />;
}
