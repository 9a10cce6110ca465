import { Link } from "@tanstack/react-router";
import { Empty } from "../components/Empty";
import { Head } from "../components/Head";

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <>
      <Head title="No such page" />
      <Empty
        icon="unplug"
        title="Nothing is at this address"
        actions={
          <Link className="btn" to="/flows">
            All flows
          </Link>
        }
      >
        The link may be from another version, or mistyped.
      </Empty>
    </>
  );
}
