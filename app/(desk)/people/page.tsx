import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PeopleScreen } from "@/components/people/people-screen";
import { listPeople } from "@/lib/server/people/list-people";
import { pageContext } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("people");
  return { title: t("title") };
}

export default async function PeoplePage() {
  const { session, ctx } = await pageContext("people:read");
  return <PeopleScreen initial={await listPeople(ctx)} ownId={session.user.id} />;
}
