import Phone from "../phone.jsx";

export const runtime = "edge";

export default function Page() {
  return <Phone renderedAt="the edge" />;
}
