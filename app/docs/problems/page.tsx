import { redirect } from "next/navigation";

export default function ProblemsPage() {
  redirect("/docs#errors");
}
