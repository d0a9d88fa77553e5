import { useQuery } from "@tanstack/react-query";
import type { ClientError } from "@/lib/schemas/action-result";
import type { ImportView } from "@/lib/schemas/audiences-imports";
import { fetchQuery, QueryError } from "./fetch-query";

const POLL_MS = 1000;

export function importQueryKey(importId: string) {
  return ["import", importId] as const;
}

/** One import, asked for every second while it waits or runs. */
export function useImport(initial: ImportView) {
  return useQuery({
    queryKey: importQueryKey(initial.id),
    queryFn: ({ signal }) => fetchQuery<ImportView>(`/api/desk/imports/${initial.id}`, {}, signal),
    initialData: initial,
    staleTime: 0,
    refetchInterval: (query) => (isUnderWay(query.state.data) ? POLL_MS : false),
  });
}

export function isUnderWay(view: ImportView | undefined): boolean {
  return view?.status === "queued" || view?.status === "running";
}

/**
 * Sends a file as it is. XMLHttpRequest, because fetch tells nothing of an upload's progress.
 *
 * @param onProgress share of the bytes sent, 0 to 1
 * @throws QueryError; code "unexpected" with an empty message when the server could not be reached
 */
export function uploadContacts(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<{ readonly importId: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const unreachable = () => reject(new QueryError({ code: "unexpected", message: "", fields: {}, reference: null }));
    request.open("POST", `/api/desk/imports?fileName=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.total > 0 ? event.loaded / event.total : 0);
    request.onerror = unreachable;
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    request.onload = () => {
      const body = request.response as { data?: { importId: string }; error?: ClientError } | null;
      if (request.status === 201 && body?.data !== undefined) resolve(body.data);
      else if (body?.error !== undefined) reject(new QueryError(body.error));
      else unreachable();
    };
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
