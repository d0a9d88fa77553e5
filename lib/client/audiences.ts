import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { ContactPage } from "@/lib/schemas/audiences";
import { fetchQuery } from "./fetch-query";

/** People of an audience, page after page; a changed search shows the old rows until the new ones are there. */
export function useAudienceContacts(audienceId: string, search: string, firstPage: ContactPage) {
  return useInfiniteQuery({
    queryKey: ["audience-contacts", audienceId, search],
    queryFn: ({ pageParam, signal }) =>
      fetchQuery<ContactPage>(`/api/desk/audiences/${audienceId}/contacts`, { search, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    ...(search === "" && { initialData: { pages: [firstPage], pageParams: [null] } }),
  });
}
