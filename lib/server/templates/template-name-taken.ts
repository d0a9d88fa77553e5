import { AppError } from "@/lib/domain/app-error";

/**
 * The database alone knows whether a name is free: two people may choose the same at the same moment.
 * Runs the write and turns the unique index's refusal into words beside the field.
 */
export async function withUniqueTemplateName<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError("invalid_input", "Another template has this name.", {
      messageKey: "template.nameTaken",
      fields: { name: "template.nameTaken" },
      cause: error,
    });
  }
}

function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return code === "P2002" || code === "23505";
}
