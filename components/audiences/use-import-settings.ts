import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { previewImportAction } from "@/app/(desk)/audiences/actions";
import type { ColumnTarget } from "@/lib/domain/contacts-file/guess-mapping";
import { QueryError } from "@/lib/client/fetch-query";
import type { ImportDialect, ImportPreview } from "@/lib/schemas/audiences-imports";

type Changes = {
  readonly dialect: ImportDialect | null;
  readonly columns: readonly ColumnTarget[] | null;
  readonly defaultCountry: string | null;
};

/** Only which columns hold numbers changes what the preview says; renaming an attribute must not ask the server again. */
function phoneColumnsOnly(columns: readonly ColumnTarget[]): ColumnTarget[] {
  return columns.map((target) => (target === "phone" ? "phone" : "ignore"));
}

async function askPreview(importId: string, changes: Changes): Promise<ImportPreview> {
  const result = await previewImportAction({
    importId,
    ...(changes.dialect && { dialect: changes.dialect }),
    ...(changes.columns && { columns: phoneColumnsOnly(changes.columns) }),
    ...(changes.defaultCountry !== null && { defaultCountry: changes.defaultCountry }),
  });
  if (!result.ok) throw new QueryError(result.error);
  return result.data;
}

/**
 * What a person has changed, over what the server detects and guesses. A change of how the file is read makes the columns be
 * guessed anew.
 */
export function useImportSettings(importId: string) {
  const [changes, setChanges] = useState<Changes>({ dialect: null, columns: null, defaultCountry: null });
  const asked = { ...changes, columns: changes.columns && phoneColumnsOnly(changes.columns) };
  const query = useQuery({
    queryKey: ["import-preview", importId, asked],
    queryFn: () => askPreview(importId, changes),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const preview = query.data;
  const columns = changes.columns ?? preview?.columns.map((column) => column.target) ?? [];

  function setColumn(index: number, target: ColumnTarget) {
    const isUnique = target !== "ignore" && target !== "phone" && !target.startsWith("attribute:");
    setChanges({
      ...changes,
      // A first name can be in one column only: the column that had it is left out.
      columns: columns.map((old, i) => (i === index ? target : isUnique && old === target ? "ignore" : old)),
    });
  }

  return {
    preview,
    columns,
    error: query.error instanceof QueryError ? query.error.error.message : null,
    isFailed: query.isError,
    isLoading: query.isPlaceholderData,
    retry: () => void query.refetch(),
    setDialect: (dialect: ImportDialect) => setChanges({ ...changes, dialect, columns: null }),
    setCountry: (defaultCountry: string) => setChanges({ ...changes, defaultCountry }),
    setColumn,
  };
}
