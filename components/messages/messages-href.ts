import type { MessageFilters } from "@/lib/schemas/messages";

/** The address of a view of the history; what is not set leaves no trace in it. */
export function messagesHref(filters: MessageFilters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined && value !== "") search.set(name, value);
  return search.size === 0 ? "/messages" : `/messages?${search.toString()}`;
}

export function isFiltered({ before: _before, after: _after, ...filters }: MessageFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}
