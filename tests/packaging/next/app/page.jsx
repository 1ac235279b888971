import { connection } from "next/server";
import Phone from "./phone.jsx";

// Rendered by the server for each request, and not once while it builds.
export default async function Page() {
  await connection();
  return <Phone renderedAt={new Date().toISOString()} />;
}
