import { noInput } from "@/lib/schemas/accounts-fallback";
import { listPeople } from "@/lib/server/people/list-people";
import { defineQuery } from "@/lib/server/web/define-query";

export const GET = defineQuery({ permission: "people:read", input: noInput }, listPeople);
