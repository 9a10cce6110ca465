import "./styles/index.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client";
import { Entrance } from "./app/Entrance";
import { createAppRouter } from "./router";

const MOST_RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the server refused will be refused again; only what it could not do is worth a second try.
      retry: (count, error) => count < MOST_RETRIES && (!(error instanceof ApiError) || error.status >= 500),
    },
  },
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <Entrance>
        <RouterProvider router={createAppRouter()} />
      </Entrance>
    </QueryClientProvider>,
  );
}
