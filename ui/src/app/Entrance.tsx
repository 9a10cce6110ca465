import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { setSignedOut, useSignedOut } from "../api/session";

const SignIn = lazy(async () => ({ default: (await import("./SignIn")).SignIn }));

/** Shows the sign-in over the pages once the server asks for it; what is being written stays where it is. */
export function Entrance({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const isSignedOut = useSignedOut();
  const enter = (): void => {
    setSignedOut(false);
    void client.resetQueries({ predicate: ({ state }) => state.status === "error" });
    void client.invalidateQueries();
  };
  return (
    <>
      <div style={{ display: isSignedOut ? "none" : "contents" }}>{children}</div>
      {isSignedOut && (
        <Suspense fallback={null}>
          <SignIn onSignedIn={enter} />
        </Suspense>
      )}
    </>
  );
}
